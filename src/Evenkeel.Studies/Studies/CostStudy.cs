using System.Diagnostics;
using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Probes;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Training;
using Evenkeel.Training;
using static Evenkeel.Studies.Training.StudyNetworks;

namespace Evenkeel.Studies.Studies;

/// <summary>Claim: batch normalization slows training noticeably, and costs nothing in inference once it is folded.</summary>
/// <remarks>
/// Sources: Gitman and Ginsburg 2017 for the cost in training; Jacob et al. 2018, section 3.2, for folding. Networks that are compared are
/// timed in turn, and by the ratios within a round, since the speed of a machine drifts.
/// </remarks>
internal sealed class CostStudy : MeasuredStudy
{
    private const string Network = "network";
    private const string Training = "training step";
    private const string Unfolded = "inference, not folded";
    private const string Folded = "inference, folded";
    private const string TrainingOfCopy = "training step of a copy";
    private const string InferenceOfCopy = "inference of a copy";
    private const string StepTime = "training step without (ms)";
    private const string BatchTime = "inference without (ms)";
    private const string TrainingMemory = "memory in training";
    private const string UnfoldedMemory = "memory in inference, not folded";
    private const string FoldedMemory = "memory in inference, folded";
    private const string Running = "running";
    private const string Population = "population";
    private const string Precise = "precise";
    private const double Noticeable = 1.05;
    private const int Layers = 3;
    private const int Width = 256;
    private const int BatchSize = 128;
    private const double LearningRate = 0.001;
    private const int Rounds = 60;
    private const int RoundsOfPerceptron = 300;
    private const int InferenceRoundsPerRound = 2;
    private const int StatisticsBatches = 8;
    private const int TrainImages = 4_000;

    private static readonly string[] Statistics = [Running, Population, Precise];

    /// <summary>The networks; short steps take more rounds, so that the runtime has optimized their code.</summary>
    private static readonly (string Name, int Rounds, Func<ImageClassificationData, int, string, Sequential> Make)[] Networks =
    [
        ("perceptron", RoundsOfPerceptron, static (images, seed, normalization) => Perceptron(
            images, Layers, Width, seed, new MultilayerPerceptronOptions { Normalization = NormalizerCatalog.Find(normalization) })),
        ("convolutional", Rounds, static (images, seed, normalization) =>
            Convolutional(images, seed, NormalizerCatalog.Find(normalization))),
        ("residual", Rounds, static (images, seed, normalization) =>
            ResidualConvolutional(images, blocks: 1, seed, NormalizerCatalog.Find(normalization))),
    ];

    /// <inheritdoc/>
    public override string Name => "cost";

    /// <inheritdoc/>
    public override string Question => "how much time and memory does batch normalization cost, in training and in inference?";

    /// <inheritdoc/>
    public override string Title => "The cost of batch normalization";

    /// <inheritdoc/>
    public override string Claim =>
        "Batch normalization makes a training step noticeably longer, and costs no time in inference once it is folded.";

    /// <inheritdoc/>
    public override string Measure =>
        "Time of a training step, and of inference on a batch, relative to the same network without batch normalization; memory; and what "
        + "running, population and precise statistics cost.";

    /// <inheritdoc/>
    public override string Criterion =>
        "What counts is the median, over rounds in which the networks take turns, of the ratio to the time without batch normalization. "
        + Invariant($"The claim holds if in every network a training step takes more than {Noticeable} times as long with every seed, ")
        + Invariant($"and folded inference at most {Noticeable} times as long in the mean. It is refuted if, in the mean, training steps ")
        + "are within this limit in every network, or folded inference is beyond it in every network. Nothing is shown if a second copy "
        + Invariant($"of a network without batch normalization takes more than {Noticeable} times as long as the first, or the first as ")
        + "the second.";

    /// <inheritdoc/>
    public override string Published =>
        "Gitman and Ginsburg: batch normalization takes a significant part of the time of training ResNet-50 on a GPU, since memory "
        + "bandwidth limits it. Jacob et al. fold it into the weights for inference, where it is no operation any more.";

    /// <inheritdoc/>
    internal override IReadOnlyList<string> VaryingQuantities =>
    [
        Training, Unfolded, Folded, TrainingOfCopy, InferenceOfCopy, StepTime, BatchTime, TrainingMemory, UnfoldedMemory,
        FoldedMemory, Duration(Population), Duration(Precise),
    ];

    private protected override bool RunsOneAtATime => true;

    private protected override IReadOnlyList<string> Factors => [Network];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
    [
        new(Training, "F2"), new(Unfolded, "F2"), new(Folded, "F2"), new(TrainingMemory, "F2"), new(StepTime, "F1"),
    ];

    private protected override int MinImages => BatchSize;

    private protected override string Sources =>
        """
        <p>Training: Gitman and Ginsburg, <cite><a href="https://arxiv.org/abs/1709.08145">Comparison of Batch Normalization and Weight
        Normalization Algorithms for the Large-scale Image Classification</a></cite> (2017). Folding: Jacob et al., <cite><a
        href="https://arxiv.org/abs/1712.05877">Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
        Inference</a></cite> (2018), section 3.2. The statistics: Ioffe and Szegedy, <cite><a
        href="https://arxiv.org/abs/1502.03167">Batch Normalization</a></cite> (2015), algorithm 2, and Wu and Johnson, <cite><a
        href="https://arxiv.org/abs/2105.07576">Rethinking “Batch” in BatchNorm</a></cite> (2021), section 3.</p>
        <p>The limit of 1.05 was set before the first run of three seeds: smaller differences are easily chance. After it, the perceptron
        got more rounds, since the runtime was still compiling during those of the first seed, which had favoured the claim.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("perceptron", $"{Layers} hidden layers of {Width} units"),
        new("convolutional", "two convolutions of 32 and 64 channels, each with max pooling, and a linear layer; on images averaged down "
            + "to about 14 pixels a side"),
        new("residual", "the residual network for CIFAR's images with 8 layers, on the same smaller images"),
        new("normalization", "batch normalization after each convolution and each linear layer but the last, before the ReLU"),
        new("training", $"stochastic gradient descent at {LearningRate} without momentum, batches of {BatchSize}"),
        new("times", Invariant($"{input.Shortened(Rounds)} rounds of a training step of each network, ")
            + Invariant($"{input.Shortened(RoundsOfPerceptron)} with the perceptron, whose steps are short; and twice as many of ")
            + Invariant($"inference on a batch of {BatchSize} with networks compiled for it; a quarter as many before, to warm up. The ")
            + "order changes from round to round, and no other run is made meanwhile"),
        new("memory", "in training, what the network, its optimizer and two steps allocate: parameters, gradients, activations and "
            + "statistics; in inference, packed weights and the activations of one call"),
        new("statistics", "running averages; those of algorithm 2, averages over "
            + $"{input.Shortened(StatisticsBatches)} training batches; precise ones, of the same batches together. Their error is against "
            + Invariant($"the first {TrainImages:N0} training images, in standard deviations; all take 16 bytes per channel")),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from network in Networks
        select new Trial([network.Name], (recorder, token) => Run(input, network.Rounds, network.Make, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        Measurements[] networks = [.. measured.Levels(Network).Select(network => measured.Where(Network, network))];
        bool steady = networks.All(runs => IsSame(runs.Last(TrainingOfCopy).Mean) && IsSame(runs.Last(InferenceOfCopy).Mean));
        bool slower = networks.All(runs => runs.Last(Training).Lowest > Noticeable);
        bool free = networks.All(runs => runs.Last(Folded).Mean <= Noticeable);
        bool refuted = networks.All(runs => runs.Last(Training).Mean <= Noticeable)
            || networks.All(runs => runs.Last(Folded).Mean > Noticeable);
        return new Verdict(
            !steady ? Finding.NotShown : slower && free ? Finding.Holds : refuted ? Finding.DoesNotHold : Finding.NotShown,
            $"With batch normalization a training step takes {Of(Training, "F2")} times as long, inference {Of(Unfolded, "F2")} times, and "
            + $"folded {Of(Folded, "F2")} times ({string.Join(", ", measured.Levels(Network))}). Training takes {Of(TrainingMemory, "F2")} "
            + $"times as much memory. Between two copies of a network, times differ by a factor of {Of(TrainingOfCopy, "F2")} in training "
            + $"and {Of(InferenceOfCopy, "F2")} in inference.");

        string Of(string quantity, string format) => string.Join(", ", networks.Select(runs => runs.Last(quantity).MeanText(format)));

        static bool IsSame(double ratio) => ratio is <= Noticeable and >= 1 / Noticeable;
    }

    private protected override string Answer(Measurements measured) =>
        $"With batch normalization a training step takes {Range(measured, Training)} times as long as without, and inference, once it is "
        + $"folded into the weights, {Range(measured, Folded)} times as long.";

    private protected override string Story(MeasuredSettings settings) =>
        "Three networks are trained, and used for inference, with and without batch normalization, side by side on the same batches, "
        + $"{Html.Times(settings.Seeds)} each. A copy of the network without it takes part, to show how far times differ by chance.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured) =>
    [
        new(Range(measured, Training), "is the time of a training step with batch normalization, relative to one without.", Training),
        new(Range(measured, Folded), "is the time of inference with folded batch normalization, relative to inference without; it is "
            + $"{Range(measured, Unfolded)} where it is not folded.", Folded, 2),
    ];

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "How much time?",
            "Times with batch normalization, relative to the same network without it: at 1 it costs nothing, above the dotted "
            + Invariant($"line at {Noticeable} a difference counts as noticeable."),
            Over("time with / time without", Training, Unfolded, Folded) with { Rule = (Noticeable, "noticeable"), Height = 260 }),
        new(
            "How much of that is chance?",
            $"The time of a copy of the network without batch normalization, relative to the network itself. Between "
            + Invariant($"{1 / Noticeable:F2} and {Noticeable:F2}, the measurement counts."),
            Over("time / time of the copy", TrainingOfCopy, InferenceOfCopy) with { Rule = (1, ""), Height = 200 }),
        new(
            "How much memory?",
            "Memory with batch normalization, relative to the same network without it. In training, a normalization keeps its input for "
            + "the backward pass; how much that adds depends on what the layers around it keep anyway.",
            Over("memory with / memory without", TrainingMemory, UnfoldedMemory, FoldedMemory) with { Rule = (1, ""), Height = 220 }),
        new(
            "What do statistics for inference cost?",
            "Running statistics come with training and cost nothing more. Population and precise statistics take passes over images, one "
            + "for each normalization; their time is shown in training steps. Their errors are against the statistics of all training "
            + "images, in standard deviations, a mean over channels. Here, running statistics are as good as the others: at a small "
            + "learning rate the weights hardly move. The study inference shows them where they do.",
            Over("time in training steps", [.. Statistics.Skip(1).Select(Duration)]) with { YFormat = ",~r", Height = 200 },
            Over("error of the mean / σ (log scale)", [.. Statistics.Select(MeanError)]) with { Y = AxisKind.Log, Height = 220 },
            Over("error of the variance (log scale)", [.. Statistics.Select(VarianceError)]) with
            {
                Y = AxisKind.Log, YFormat = "~%", Height = 220,
            }),
    ];

    private static Chart Over(string title, params string[] quantities) =>
        new(quantities) { XFactor = Network, X = AxisKind.Names, XTitle = Network, YTitle = title, Series = Chart.Quantity };

    private static string Duration(string statistics) => $"{statistics}, time in training steps";

    private static string MeanError(string statistics) => $"{statistics}, error of the mean";

    private static string VarianceError(string statistics) => $"{statistics}, error of the variance";

    /// <summary>The lowest and the highest mean of the networks.</summary>
    private static string Range(Measurements measured, string quantity)
    {
        double[] means = [.. measured.Levels(Network).Select(network => measured.Where(Network, network).Last(quantity).Mean)];
        string low = Invariant($"{means.Min():F2}"), high = Invariant($"{means.Max():F2}");
        return low == high ? low : $"{low} to {high}";
    }

    private static void Run(
        StudyInput input,
        int rounds,
        Func<ImageClassificationData, int, string, Sequential> make,
        int seed,
        Recorder recorder,
        CancellationToken cancellationToken)
    {
        Dataset<int> train = input.Images!.Train.TakeUpTo(TrainImages);
        PoolBatches batches = PoolBatches.Mixed(train, BatchSize, seed);
        batches.MoveNext();

        // What is allocated once, for all networks of a kind, is allocated here.
        _ = Begin(None);
        _ = Begin(Batch);
        (Trainer<int> without, double bytesWithout) = Begin(None);
        (Trainer<int> copy, _) = Begin(None);
        (Trainer<int> with, double bytesWith) = Begin(Batch);
        recorder.Add(TrainingMemory, bytesWith / bytesWithout);
        var steps = InterleavedTimes.Measure(
            input.Shortened(rounds), batches.MoveNext, [() => Step(without), () => Step(copy), () => Step(with)], cancellationToken);
        recorder.Add(Training, steps.Ratio(2, 0));
        recorder.Add(TrainingOfCopy, steps.Ratio(1, 0));
        recorder.Add(StepTime, steps.Milliseconds(0));
        AddInference(
            [without.Network, copy.Network, with.Network],
            batches,
            input.Shortened(InferenceRoundsPerRound * rounds),
            recorder,
            cancellationToken);
        Tensor<float>[] sample = PoolBatches.Mixed(train, BatchSize, seed).Draw(input.Shortened(StatisticsBatches));
        AddStatistics(with.Network, train.InputSlices(), sample, steps.Milliseconds(2), recorder, cancellationToken);

        (Trainer<int>, double Bytes) Begin(string normalization)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            var trainer = new Trainer<int>(
                make(input.Images!, seed, normalization), new SoftmaxCrossEntropy(), new Sgd(LearningRate));
            Step(trainer);
            Step(trainer);
            return (trainer, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        void Step(Trainer<int> trainer) => trainer.Step(batches.Inputs, batches.Targets);
    }

    /// <summary>Compares inference by networks without batch normalization, the same again, and with it.</summary>
    private static void AddInference(
        Layer[] networks, PoolBatches batches, int rounds, Recorder recorder, CancellationToken cancellationToken)
    {
        nint[] shape = [.. batches.Inputs.Lengths[1..]];
        Predictor without = networks[0].Compile(shape);
        Predictor copy = networks[1].Compile(shape);
        Predictor unfolded = networks[2].Compile(shape, new PredictorOptions { Fold = false });
        Predictor folded = networks[2].Compile(shape);
        Tensor<float> output = Tensor.CreateFromShape<float>([BatchSize, .. without.OutputShape]);
        Predictor[] predictors = [without, copy, unfolded, folded];
        var times = InterleavedTimes.Measure(
            rounds,
            batches.MoveNext,
            [.. predictors.Select(predictor => (Action)(() => predictor.Predict(batches.Inputs, output)))],
            cancellationToken);
        recorder.Add(InferenceOfCopy, times.Ratio(1, 0));
        recorder.Add(Unfolded, times.Ratio(2, 0));
        recorder.Add(Folded, times.Ratio(3, 0));
        recorder.Add(BatchTime, times.Milliseconds(0));
        recorder.Add(UnfoldedMemory, Bytes(unfolded) / Bytes(without));
        recorder.Add(FoldedMemory, Bytes(folded) / Bytes(without));

        static double Bytes(Predictor predictor) => predictor.WeightBytes + predictor.Summary().WorkspaceBytes;
    }

    /// <summary>Compares each kind of statistics with those of all data.</summary>
    private static void AddStatistics(
        Layer network,
        Tensor<float>[] all,
        Tensor<float>[] sample,
        double stepMilliseconds,
        Recorder recorder,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<StatisticsDrift> toTruth = Recalibration.Recalibrate(network, all, cancellationToken: cancellationToken);
        var truth = new KeptStatistics(network);
        Add(Running, toTruth, StatisticsError.Reversed);
        AddEstimate(Population, RecalibrationEstimate.AverageOfBatches);
        truth.Restore();
        AddEstimate(Precise, RecalibrationEstimate.Pooled);

        void AddEstimate(string statistics, RecalibrationEstimate estimate)
        {
            long start = Stopwatch.GetTimestamp();
            IReadOnlyList<StatisticsDrift> fromTruth = Recalibration.Recalibrate(network, sample, estimate, cancellationToken);
            recorder.Add(Duration(statistics), Stopwatch.GetElapsedTime(start).TotalMilliseconds / stepMilliseconds);
            Add(statistics, fromTruth, drift => drift);
        }

        void Add(string statistics, IReadOnlyList<StatisticsDrift> drift, Func<ChannelDrift, ChannelDrift> fromTruth)
        {
            ChannelDrift[] errors = [.. drift.SelectMany(layer => layer.Channels).Select(fromTruth)];
            recorder.Add(MeanError(statistics), errors.Average(StatisticsError.OfMean));
            recorder.Add(VarianceError(statistics), errors.Average(StatisticsError.OfVariance));
        }
    }
}
