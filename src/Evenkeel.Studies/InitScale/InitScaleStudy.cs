using System.Diagnostics;
using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Studies;

/// <summary>
/// Claim: with batch normalization, a deep network learns over a wide range of scales of its initial weights; without,
/// hardly anywhere.
/// </summary>
/// <remarks>
/// Source: Saitoh, "Deep Learning from Scratch", chapter 6: 784–5×100–10 units, ReLU, weights of deviation
/// 10⁰ to 10⁻⁴ in 16 steps, plain gradient descent at 0.01 on the first 1,000 images, accuracy on these every tenth update.
/// </remarks>
public static class InitScaleStudy
{
    /// <summary>The study's name on the command line.</summary>
    public const string Name = "init-scale";

    private const int MeasureEvery = 10;
    private const int Bins = 40;

    /// <summary>The book's 16 scales, 10⁰ to 10⁻⁴ in even steps of the exponent; written out, since powers differ from machine to machine.</summary>
    private static readonly double[] Scales =
    [
        1.0, 0.5411695265464637, 0.2928644564625237, 0.15848931924611134,
        0.08576958985908942, 0.046415888336127795, 0.025118864315095794, 0.013593563908785255,
        0.007356422544596414, 0.003981071705534973, 0.0021544346900318843, 0.0011659144011798323,
        0.000630957344480193, 0.0003414548873833601, 0.00018478497974222906, 0.0001,
    ];

    /// <summary>The book's settings.</summary>
    /// <param name="data">What to train on.</param>
    /// <param name="dataName">The data's name, for people to read.</param>
    /// <param name="seeds">How many times each network is trained.</param>
    /// <exception cref="ArgumentNullException">The data are missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="seeds"/> is below 1.</exception>
    /// <exception cref="InvalidDataException">There is only one image to train on, and batch normalization needs two.</exception>
    public static InitScaleSettings Settings(ImageClassificationData data, string dataName, int seeds)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds, 1);
        if (data.Train.Count == 1)
        {
            throw new InvalidDataException("There is one image to train on; batch normalization needs at least two.");
        }

        return new InitScaleSettings(
            Scales,
            seeds,
            Updates: 191,
            BatchSize: 100,
            Samples: Math.Min(1000, data.Train.Count),
            Inputs: data.Height * data.Width,
            HiddenLayers: 5,
            Width: 100,
            data.Classes,
            LearningRate: 0.01,
            dataName,
            Parallelism.Threads);
    }

    /// <summary>Trains all networks, several side by side.</summary>
    /// <param name="data">What to train on.</param>
    /// <param name="settings">What to do.</param>
    /// <param name="progress">Is told after each network, from several threads but one at a time; null for nobody.</param>
    /// <param name="cancellationToken">Ends the study; the results then hold the networks that were finished.</param>
    public static InitScaleResults Run(
        ImageClassificationData data,
        InitScaleSettings settings,
        IProgress<StudyProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(settings);
        Dataset<int> samples = data.Train.Take(settings.Samples);
        (double Scale, string Normalization, int Seed)[] networks =
        [
            .. from seed in Enumerable.Range(0, settings.Seeds)
               from scale in settings.Scales
               from normalization in new[] { InitScaleRun.Batch, InitScaleRun.None }
               select (scale, normalization, seed),
        ];
        var clock = Stopwatch.StartNew();
        var runs = new InitScaleRun?[networks.Length];
        int done = 0;
        var reporting = new Lock();
        Parallelism.For(networks.Length, i =>
        {
            (double scale, string normalization, int seed) = networks[i];
            runs[i] = Train(samples, settings, scale, normalization, seed, cancellationToken);
            if (runs[i] is not null)
            {
                // One at a time, so that the receiver sees the numbers in order.
                lock (reporting)
                {
                    progress?.Report(new StudyProgress(++done, networks.Length, clock.Elapsed));
                }
            }
        });

        InitScaleRun[] finished = [.. runs.OfType<InitScaleRun>()];
        return new InitScaleResults(
            settings, Machine.Description, clock.Elapsed.TotalSeconds, finished.Length == networks.Length, finished);
    }

    /// <summary>Trains one network; null where it was cancelled.</summary>
    private static InitScaleRun? Train(
        Dataset<int> samples,
        InitScaleSettings settings,
        double scale,
        string normalization,
        int seed,
        CancellationToken cancellationToken)
    {
        Sequential network = Network(settings, scale, normalization, seed);
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(settings.LearningRate));
        IReadOnlyList<LayerHistogram> atStart = Histograms(network, samples, seed);
        var accuracy = new List<AccuracyPoint>();
        // Full batches only: a last one of a single image would have no variance.
        int batchSize = Math.Min(settings.BatchSize, samples.Count);
        var batches = new Batches<int>(samples, batchSize, (ulong)seed, dropLast: true);
        for (int update = 1, epoch = 1; update <= settings.Updates; update++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return null;
            }

            if (!batches.MoveNext())
            {
                batches.Start(epoch++);
                batches.MoveNext();
            }

            trainer.Step(batches.Inputs, batches.Targets);
            if ((update - 1) % MeasureEvery == 0)
            {
                accuracy.Add(new AccuracyPoint(update, trainer.Evaluate(samples, CancellationToken.None).Accuracy!.Value));
            }
        }

        return new InitScaleRun(scale, normalization, seed, accuracy, atStart, Histograms(network, samples, seed));
    }

    /// <summary>A network before its first update: with and without normalization, its weights are the same.</summary>
    internal static Sequential Network(InitScaleSettings settings, double scale, string normalization, int seed) =>
        MultilayerPerceptron.Create(
            settings.Inputs,
            [.. Enumerable.Repeat(settings.Width, settings.HiddenLayers)],
            settings.Classes,
            new RandomSource((ulong)seed),
            new MultilayerPerceptronOptions
            {
                Normalization = normalization == InitScaleRun.Batch ? linear => new BatchNorm(linear.Outputs) : null,
                Weights = Initializer.Normal(scale),
            });

    /// <summary>How each hidden layer's activations are distributed; for the first seed only, which is enough to look at.</summary>
    internal static List<LayerHistogram> Histograms(Sequential network, Dataset<int> samples, int seed)
    {
        var histograms = new List<LayerHistogram>();
        if (seed != 0)
        {
            return histograms;
        }

        // Before the first update there are no running statistics yet: what training sees are the batch's own.
        SetSource(network, StatisticsSource.Batch);
        Tensor<float> output = samples.Inputs;
        foreach (Layer layer in network.Layers)
        {
            output = layer.Forward(output, Pass.Inference);
            if (layer is Activation)
            {
                histograms.Add(LayerHistogram.Of(histograms.Count + 1, output.Elements(), Bins));
            }
        }

        SetSource(network, StatisticsSource.ByPass);
        return histograms;
    }

    private static void SetSource(Sequential network, StatisticsSource source)
    {
        foreach (BatchNorm normalization in network.Layers.OfType<BatchNorm>())
        {
            normalization.Source = source;
        }
    }
}
