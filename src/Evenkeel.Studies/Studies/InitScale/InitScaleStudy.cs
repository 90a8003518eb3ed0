using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Probes;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Training;
using Evenkeel.Training;
using static Evenkeel.Studies.Training.StudyNetworks;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>
/// Claim: with batch normalization, a deep network learns over a wide range of scales of its initial weights; without,
/// hardly anywhere.
/// </summary>
/// <remarks>
/// Source: Saitoh, "Deep Learning from Scratch", chapter 6: 784–5×100–10 units, ReLU, weights of deviation
/// 10⁰ to 10⁻⁴ in 16 steps, plain gradient descent at 0.01 on the first 1,000 images, accuracy on these every tenth update.
/// </remarks>
internal sealed class InitScaleStudy : MeasuredStudy
{
    /// <summary>The quantity of the accuracy after the last update.</summary>
    public const string Final = "final train accuracy";

    /// <summary>The quantity of the activations' histograms before training.</summary>
    public const string AtStart = "before the first update";

    /// <summary>The quantity of the activations' histograms after training.</summary>
    public const string AtEnd = "after the last update";

    private const string Scale = "scale";
    private const string Normalization = "normalization";
    private const string Accuracy = "train accuracy";

    /// <summary>The accuracy that a network with batch normalization must reach for its scale to count as learned.</summary>
    private const double BatchThreshold = 0.6;

    /// <summary>The threshold without normalization; lower, so that the comparison favours such networks.</summary>
    private const double NoneThreshold = 0.5;

    private const int Layers = 5;
    private const int Width = 100;
    private const double LearningRate = 0.01;
    private const int BatchSize = 100;
    private const int UpdateCount = 191;
    private const int MeasureEvery = 10;
    private const int TrainImages = 1_000;
    private const int Bins = 40;

    /// <summary>
    /// The book's 16 scales, 10⁰ to 10⁻⁴ in even steps of the exponent; written out, since powers differ from machine to machine.
    /// </summary>
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
        "A deep network learns only if its initial weights happen to have the right scale. With batch normalization, it learns over a "
        + "wide range of scales.";

    /// <inheritdoc/>
    public override string Measure =>
        "The accuracy on the training images after a fixed number of updates, at 16 standard deviations of the initial weights.";

    /// <inheritdoc/>
    public override string Criterion =>
        Invariant($"The claim holds if the mean over the seeds reaches {BatchThreshold} at more than half of the scales with batch ")
        + Invariant($"normalization, and {NoneThreshold} at less than half of them without. It is refuted if batch normalization learns ")
        + "at no more scales than networks without it.";

    /// <inheritdoc/>
    public override string Published =>
        "With batch normalization networks learn at nearly every one of the 16 scales; without it they do not learn at most of them "
        + "(\"Deep Learning from Scratch\", chapter 6, on MNIST).";

    /// <inheritdoc/>
    public override string CsvHeader => "scale,normalization,seed,update,train_accuracy";

    private protected override IReadOnlyList<string> Factors => [Scale, Normalization];

    private protected override IReadOnlyList<QuantityColumn> TableColumns => [new(Final, "F3")];

    private protected override string Script => Resource.Text("reports/init-scale.js");

    private protected override string Sources =>
        """
        <p>After chapter 6 of Koki Saitoh, <cite>Deep Learning from Scratch</cite> (O’Reilly Japan, 2016); the method is that of
        Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization: Accelerating Deep Network Training by
        Reducing Internal Covariate Shift</a></cite> (2015). The recommended scale, √(2 / width), is from He, Zhang, Ren and Sun,
        <cite><a href="https://arxiv.org/abs/1502.01852">Delving Deep into Rectifiers</a></cite> (2015).</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input)
    {
        ImageClassificationData images = input.Images!;
        int inputs = images.Height * images.Width * images.Channels, samples = Math.Min(TrainImages, images.Train.Count);
        return
        [
            new("network", $"{inputs}–{Layers}×{Width}–{images.Classes}, ReLU; batch normalization, where used, before each ReLU"),
            new("initial weights", $"scale × a standard normal number, biases 0; {Scales.Length} scales from {Label(Scales[0])} to "
                + $"{Label(Scales[^1])}"),
            new("training", Invariant($"{input.Shortened(UpdateCount)} updates of stochastic gradient descent without momentum at ")
                + Invariant($"{LearningRate}, batches of {BatchSize}")),
            new("images", Invariant($"the first {samples:N0} to train on; accuracy on the same images, in inference mode, every ")
                + Invariant($"{MeasureEvery} updates")),
        ];
    }

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from scale in Scales
        from normalization in new[] { Batch, None }
        select new Trial([Level(scale), normalization], (recorder, token) => Train(input, scale, normalization, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        int with = Learned(measured, Batch).Count, without = Learned(measured, None).Count;
        return new Verdict(
            with <= without ? Finding.DoesNotHold
                : 2 * with > Scales.Length && 2 * without < Scales.Length ? Finding.Holds
                : Finding.NotShown,
            Invariant($"With batch normalization, {with} of {Scales.Length} scales reach an accuracy of {BatchThreshold}; ")
            + Invariant($"without it, {without} of {Scales.Length} reach {NoneThreshold}."));
    }

    internal override StudyTable Table(StudyResults<MeasuredSettings, MeasuredRun> results)
    {
        var measured = new Measurements(results.Runs);
        return new StudyTable(
            Invariant($"Train accuracy on {results.Settings.Data} after {UpdateCount} updates")
            + (results.Settings.Seeds == 1 ? "" : Invariant($", mean of {results.Settings.Seeds} seeds (lowest to highest)"))
            + (results.Completed ? ":" : $", of the {RunsName} that were finished:"),
            [new("initial scale"), new("with batch normalization"), new("without")],
            [
                .. Scales.Select(scale => new StudyCell[]
                {
                    new(scale.ToString("F5", CultureInfo.InvariantCulture)),
                    Cell(At(measured, scale, Batch), BatchThreshold),
                    Cell(At(measured, scale, None), NoneThreshold),
                }),
            ]);

        static StudyCell Cell(SeedSummary accuracy, double threshold) => new(accuracy.Text("F3"), accuracy.Mean >= threshold);
    }

    private protected override JsonObject Summary(StudyResults<MeasuredSettings, MeasuredRun> results)
    {
        var measured = new Measurements(results.Runs);
        return new()
        {
            ["scales"] = new JsonArray([.. Scales.Select(scale => new JsonObject
            {
                ["scale"] = scale,
                ["batch"] = Mean(At(measured, scale, Batch)),
                ["none"] = Mean(At(measured, scale, None)),
            })]),
        };

        static double? Mean(SeedSummary accuracy) => double.IsNaN(accuracy.Mean) ? null : accuracy.Mean;
    }

    internal override IEnumerable<string> CsvLines(StudyResults<MeasuredSettings, MeasuredRun> results) =>
        from run in results.Runs
        from point in run.Series(Accuracy)
        select Invariant($"{run.Conditions[Scale]},{run.Conditions[Normalization]},{run.Seed},{point.X},{point.Value}");

    private protected override string Answer(Measurements measured) =>
        $"With batch normalization, a deep network learns at {Learned(measured, Batch).Count} of {Scales.Length} scales of its initial "
        + $"weights; without it, at {Learned(measured, None).Count}.";

    private protected override string Story(MeasuredSettings settings) =>
        $"The same network of {Layers} hidden layers is trained from weights drawn with {Scales.Length} different standard deviations, "
        + $"with and without batch normalization, {Html.Times(settings.Seeds)} each. Accuracy is the fraction of the training images "
        + "that the network classifies correctly.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Batch, "with"), Of(None, "without")];

        Headline Of(string normalization, string with)
        {
            double best = Scales.MaxBy(scale => At(measured, scale, normalization).Mean);
            return new Headline(
                $"{Learned(measured, normalization).Count} of {Scales.Length}",
                $"initial scales reach {Html.Percent(Threshold(normalization))} {with} batch normalization. Best: "
                + $"{At(measured, best, normalization).MeanText("P1")}, at scale {Label(best)}.",
                normalization);
        }
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "Where do networks learn?",
            "Each point is a trained network. The dotted vertical line marks the scale recommended for layers of this width (He et al. "
            + $"2015).{AheadWithout(measured)}",
            new Chart(Final)
            {
                XFactor = Scale, X = AxisKind.Log, XTitle = "standard deviation of the initial weights (log scale)",
                YTitle = Final, YFormat = "%", YDomain = (0, 1.02), XRule = (Math.Sqrt(2.0 / Width), "He: √(2/width)"), Height = 320,
            }),
        new(
            "How well do they learn?",
            "The mean train accuracy at the end. If the scale is too small, the signal fades on its way through the layers; if it is too "
            + "large, the signal grows until learning breaks down.",
            AccuracyHeatMap.Create(Scales)),
        new(
            "How fast do they learn?",
            "Train accuracy over the updates, one chart per initial scale, from the largest to the smallest.",
            new Chart(Accuracy)
            {
                XTitle = "updates", YTitle = "accuracy", YFormat = "%", YDomain = (0, 1.04), Panels = Scale, Columns = 4, Height = 104,
            }),
        .. ActivationFigures(measured),
    ];

    /// <summary>Names the scales at which networks do better without batch normalization: a report must not omit them.</summary>
    private static string AheadWithout(Measurements measured)
    {
        string[] scales = [.. Scales.Where(scale => At(measured, scale, None).Mean > At(measured, scale, Batch).Mean).Select(Label)];
        return scales.Length == 0 ? "" : $" Without batch normalization, networks end higher at scale {string.Join(" and ", scales)}.";
    }

    private static IEnumerable<Figure> ActivationFigures(Measurements measured)
    {
        double[] scales =
        [
            .. Scales.Where(scale => measured.Where(Scale, Level(scale)).Runs.Any(run => run.Histograms is not null)).Order(),
        ];
        if (scales.Length == 0)
        {
            yield break;
        }

        // The scale at which normalization makes the greatest difference.
        double chosen = scales.MaxBy(scale => OrZero(At(measured, scale, Batch)) - OrZero(At(measured, scale, None)));
        IEnumerable<string> options = scales.Select(scale =>
            $"<option value=\"{Level(scale)}\"{(scale == chosen ? " selected" : "")}>{Label(scale)}</option>");
        yield return new Figure(
            "Why? What the layers see",
            "One line per network of seed 0: how widely the activations of each hidden layer vary over the images. Batch normalization "
            + "keeps every layer at the same standard deviation, until the weights are so small that ε = 0.00001, which it adds to the "
            + "variance, outweighs the variance itself; without it, each layer multiplies the spread of the one before. A line that "
            + "ends early has died (all activations are 0) or diverged (they are no longer finite).",
            ActivationSpread.Create());
        yield return new Figure(
            "The activations of one network",
            "The distribution of each layer's activations after the ReLU, in the networks of the chosen scale, whose lines are bold "
            + "above. The layers of a row share one axis, so that a layer whose signal has faded is a thin bar at zero. The fraction of "
            + "activations of exactly 0, which the ReLU has switched off, is a number above each chart; sd is the standard deviation of "
            + "all activations.",
            [.. from time in new[] { AtStart, AtEnd }
                from normalization in new[] { None, Batch }
                select ActivationHistograms.Create(normalization, time)])
        {
            Controls = $"""
                <p class="choice"><label for="scale">Initial scale</label>
                <select id="scale">
                {string.Join('\n', options)}
                </select></p>
                """,
        };

        static double OrZero(SeedSummary accuracy) => double.IsNaN(accuracy.Mean) ? 0 : accuracy.Mean;
    }

    private static double Threshold(string normalization) => normalization == Batch ? BatchThreshold : NoneThreshold;

    /// <summary>The scales whose mean accuracy reaches the threshold.</summary>
    private static List<double> Learned(Measurements measured, string normalization) =>
        [.. Scales.Where(scale => At(measured, scale, normalization).Mean >= Threshold(normalization))];

    private static SeedSummary At(Measurements measured, double scale, string normalization) =>
        measured.Where(Scale, Level(scale)).Where(Normalization, normalization).Last(Final);

    private static string Level(double scale) => scale.ToString(CultureInfo.InvariantCulture);

    private static string Label(double scale) => scale.ToString("G2", CultureInfo.InvariantCulture);

    private static void Train(
        StudyInput input, double scale, string normalization, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        Dataset<int> train = input.Images!.Train.TakeUpTo(TrainImages);
        Sequential network = Network(input.Images, scale, normalization, seed);
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(LearningRate));
        double accuracy = double.NaN;
        RecordActivations(network, train, AtStart, seed, recorder);
        TrainingLoop.Run(trainer, train, BatchSize, input.Shortened(UpdateCount), seed, Measure, cancellationToken);
        recorder.Add(Final, accuracy);
        RecordActivations(network, train, AtEnd, seed, recorder);

        void Measure(int update, double loss)
        {
            if ((update - 1) % MeasureEvery == 0)
            {
                accuracy = trainer.Evaluate(train, cancellationToken).Accuracy!.Value;
                recorder.Add(Accuracy, accuracy, update);
            }
        }
    }

    /// <summary>Creates a network before its first update: its weights are the same with and without normalization.</summary>
    internal static Sequential Network(ImageClassificationData images, double scale, string normalization, int seed) =>
        Perceptron(images, Layers, Width, seed, new MultilayerPerceptronOptions
        {
            Normalization = StudyNetworks.Normalization(normalization),
            Weights = Initializer.Normal(scale),
        });

    /// <summary>Records the distribution of each hidden layer's activations, for the first seed only.</summary>
    internal static void RecordActivations(Sequential network, Dataset<int> samples, string time, int seed, Recorder recorder)
    {
        if (seed != 0)
        {
            return;
        }

        // The batch's own statistics, which training uses: before the first update there are no running statistics.
        network.SetSource(StatisticsSource.Batch);
        Tensor<float> output = samples.Inputs;
        int number = 0;
        foreach (Layer layer in network.Layers)
        {
            output = layer.Forward(output, Pass.Inference);
            if (layer is Activation)
            {
                recorder.AddHistogram(time, output.Elements(), Bins, ++number);
            }
        }

        network.SetSource(StatisticsSource.ByPass);
    }
}
