using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Probes;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Training;
using Evenkeel.Training;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>
/// Claim: with batch normalization, a deep network learns over a wide range of scales of its initial weights; without,
/// hardly anywhere.
/// </summary>
/// <remarks>
/// Source: Saitoh, "Deep Learning from Scratch", chapter 6: 784–5×100–10 units, ReLU, weights of deviation
/// 10⁰ to 10⁻⁴ in 16 steps, plain gradient descent at 0.01 on the first 1,000 images, accuracy on these every tenth update.
/// </remarks>
internal sealed class InitScaleStudy : Experiment<InitScaleSettings, InitScaleRun>
{
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

    /// <inheritdoc/>
    public override string Name => "init-scale";

    /// <inheritdoc/>
    public override string Question =>
        "at which scales of its initial weights does a deep network learn, with and without batch normalization?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization and the scale of the initial weights";

    /// <inheritdoc/>
    public override string Claim =>
        "A deep network learns only if its initial weights happen to have the right size. With batch normalization, a wide range of sizes will do.";

    /// <inheritdoc/>
    public override string Measure =>
        "The accuracy on the training images after a fixed number of updates, at 16 standard deviations of the initial weights.";

    /// <inheritdoc/>
    public override string Criterion => string.Create(
        CultureInfo.InvariantCulture,
        $"The claim holds if the mean over the seeds reaches {InitScaleSummary.BatchThreshold} at more than half of the scales with batch normalization, ")
        + string.Create(
            CultureInfo.InvariantCulture,
            $"and {InitScaleSummary.NoneThreshold} at less than half of them without. It is refuted if batch normalization learns at no more scales than networks without it.");

    /// <inheritdoc/>
    public override string Published =>
        "With batch normalization nearly every one of the 16 scales learns; without it most do not (\"Deep Learning from Scratch\", chapter 6, on MNIST).";

    /// <inheritdoc/>
    public override string RunsName => "networks";

    /// <inheritdoc/>
    public override string CsvHeader => "scale,normalization,seed,update,train_accuracy";

    private protected override JsonTypeInfo<StudyDocument<InitScaleSettings, InitScaleRun>> Form => InitScaleJsonContext.Default.Document;

    /// <summary>The book's settings.</summary>
    /// <inheritdoc/>
    public override InitScaleSettings Settings(StudyInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(input.Images);
        ArgumentOutOfRangeException.ThrowIfLessThan(input.Seeds, 1);
        ImageClassificationData data = input.Images;
        if (data.Train.Count == 1)
        {
            throw new InvalidDataException("There is one image to train on; batch normalization needs at least two.");
        }

        return new InitScaleSettings(
            Scales,
            input.Seeds,
            Updates: 191,
            BatchSize: 100,
            Samples: Math.Min(1000, data.Train.Count),
            Inputs: data.Height * data.Width * data.Channels,
            HiddenLayers: 5,
            Width: 100,
            data.Classes,
            LearningRate: 0.01,
            input.DataName,
            Parallelism.Threads);
    }

    private protected override IReadOnlyList<Func<CancellationToken, InitScaleRun>> Plan(StudyInput input, InitScaleSettings settings)
    {
        Dataset<int> samples = input.Images!.Train.Take(settings.Samples);
        return
        [
            .. from seed in Enumerable.Range(0, settings.Seeds)
               from scale in settings.Scales
               from normalization in new[] { InitScaleRun.Batch, InitScaleRun.None }
               select (Func<CancellationToken, InitScaleRun>)(token => Train(samples, settings, scale, normalization, seed, token)),
        ];
    }

    internal override int Planned(InitScaleSettings settings) => settings.Seeds * 2 * settings.Scales.Count;

    private protected override Verdict Decide(InitScaleResults results)
    {
        var summary = new InitScaleSummary(results);
        Finding finding = summary.LearnedWithBatch <= summary.LearnedWithNone ? Finding.DoesNotHold
            : 2 * summary.LearnedWithBatch > summary.Rows.Count && 2 * summary.LearnedWithNone < summary.Rows.Count ? Finding.Holds
            : Finding.NotShown;
        return new Verdict(
            finding,
            string.Create(CultureInfo.InvariantCulture, $"With batch normalization {summary.LearnedWithBatch} of {summary.Rows.Count} scales ")
            + string.Create(CultureInfo.InvariantCulture, $"reach {InitScaleSummary.BatchThreshold}; ")
            + string.Create(CultureInfo.InvariantCulture, $"without it {summary.LearnedWithNone} reach even {InitScaleSummary.NoneThreshold}."));
    }

    internal override StudyTable Table(InitScaleResults results) => new InitScaleSummary(results).Table(results);

    private protected override JsonObject Summary(InitScaleResults results) => new()
    {
        ["scales"] = new JsonArray(
            [.. new InitScaleSummary(results).Rows.Select(row => new JsonObject
            {
                ["scale"] = row.Scale,
                ["batch"] = row.Batch?.Mean,
                ["none"] = row.None?.Mean,
            })]),
    };

    internal override IEnumerable<string> CsvLines(InitScaleResults results) =>
        from run in results.Runs
        from point in run.Accuracy
        select string.Create(
            CultureInfo.InvariantCulture, $"{run.Scale},{run.Normalization},{run.Seed},{point.Update},{point.TrainAccuracy}");

    internal override ReportContent Report(InitScaleResults results) => InitScaleReport.Of(results, Table(results));

    /// <summary>Trains one network.</summary>
    private static InitScaleRun Train(
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
        TrainingLoop.Run(trainer, samples, settings.BatchSize, settings.Updates, seed, Measure, cancellationToken);
        return new InitScaleRun(scale, normalization, seed, accuracy, atStart, Histograms(network, samples, seed));

        void Measure(int update, double loss)
        {
            if ((update - 1) % MeasureEvery == 0)
            {
                accuracy.Add(new AccuracyPoint(update, trainer.Evaluate(samples, CancellationToken.None).Accuracy!.Value));
            }
        }
    }

    /// <summary>A network before its first update: with and without normalization, its weights are the same.</summary>
    internal static Sequential Network(InitScaleSettings settings, double scale, string normalization, int seed) =>
        StudyNetworks.Perceptron(
            settings.Inputs,
            settings.HiddenLayers,
            settings.Width,
            settings.Classes,
            seed,
            new MultilayerPerceptronOptions
            {
                Normalization = StudyNetworks.Normalization(normalization),
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
        network.SetSource(StatisticsSource.Batch);
        Tensor<float> output = samples.Inputs;
        foreach (Layer layer in network.Layers)
        {
            output = layer.Forward(output, Pass.Inference);
            if (layer is Activation)
            {
                histograms.Add(LayerHistogram.Of(histograms.Count + 1, output.Elements(), Bins));
            }
        }

        network.SetSource(StatisticsSource.ByPass);
        return histograms;
    }
}
