using System.Numerics.Tensors;
using Evenkeel.Data;
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

/// <summary>
/// Claim: in inference, stored statistics make an output independent of the batch, and are closer to the statistics of all data.
/// </summary>
/// <remarks>
/// Sources: Ioffe and Szegedy 2015, section 3.1, for running and population statistics; Wu and Johnson 2021, section 3, for precise ones.
/// The truth is the statistics of all training images under the same weights, pooled in double precision.
/// </remarks>
internal sealed class InferenceStudy : MeasuredStudy
{
    private const string Statistics = "statistics";
    private const string OfBatch = "of the batch";
    private const string Running = "running";
    private const string Population = "population";
    private const string Precise = "precise";
    private const string Accuracy = "test accuracy";
    private const string OutputSpread = "spread of outputs";
    private const string Changed = "changed classes";
    private const string MeanError = "error of the mean";
    private const string VarianceError = "error of the variance";
    private const int Layers = 3;
    private const int Width = 100;
    private const int BatchSize = 32;
    private const double LearningRate = 0.1;
    private const int TrainImages = 10_000;
    private const int TestImages = 1_000;
    private const int PreciseImages = PopulationBatches * BatchSize;
    private const int PopulationBatches = 32;
    private const int Probes = 40;
    private const int Neighbourhoods = 20;

    private static readonly int[] Checkpoints = [5, 10, 20, 50, 100, 200, 500, 1_000];

    /// <inheritdoc/>
    public override string Name => "inference";

    /// <inheritdoc/>
    public override string Question => "which statistics should a network with batch normalization use in inference?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization in inference: which statistics?";

    /// <inheritdoc/>
    public override string Claim =>
        "With the batch's statistics, a sample's output depends on its neighbours in the batch. Running, population and precise "
        + "statistics make it independent of them, and are closer to the statistics of all data; only running statistics are far off "
        + "early in training, while they still contain their initial values.";

    /// <inheritdoc/>
    public override string Measure =>
        "How far the outputs of one image differ among random neighbours; each layer's error of mean and variance against all training "
        + "images; test accuracy.";

    /// <inheritdoc/>
    public override string Criterion =>
        "The claim holds if outputs differ with the batch's statistics at every measured update, and with no others at any; if at the "
        + "last update running, population and precise statistics all have mean errors of mean and variance of at most half the "
        + "batch's; and if at the first update running statistics have larger errors than precise ones. It is refuted if outputs do not "
        + "differ with the batch's statistics, or if all others have larger errors of both than the batch's at the last update.";

    /// <inheritdoc/>
    public override string Published =>
        "With population statistics an output depends on its own input alone (Ioffe and Szegedy); precise statistics make validation "
        + "more stable than running ones, above all early in training (Wu and Johnson). They give no comparable numbers.";

    private protected override IReadOnlyList<string> Factors => [Statistics];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
        [new(Accuracy, "P1"), new(OutputSpread, "P1"), new(Changed, "P1"), new(MeanError, "F3"), new(VarianceError, "P1")];

    private protected override int MinImages => BatchSize;

    private protected override string Sources =>
        """
        <p>After Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization</a></cite> (2015), section 3.1 and
        algorithm 2, and
        Wu and Johnson, <cite><a href="https://arxiv.org/abs/2105.07576">Rethinking “Batch” in BatchNorm</a></cite> (2021), section 3.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} units, ReLU, batch normalization before each; He's initial weights"),
        new("training", $"stochastic gradient descent at {LearningRate} without momentum, batches of {BatchSize}; measured after "
            + $"{string.Join(", ", Checkpoints.Select(update => $"{input.Shortened(update):N0}"))} updates"),
        new("of the batch", $"those of the {BatchSize} images of the batch"),
        new("running", "exponential averages of training, in which a new batch has a weight of 0.1"),
        new("population", $"as in the paper: the average over {PopulationBatches} training batches of {BatchSize}, the variance times "
            + "m/(m − 1), with the weights fixed"),
        new("precise", $"those of {PreciseImages:N0} training images together, the same ones, with the weights fixed"),
        new("error of the mean", $"its distance from that of all {TrainImages:N0} training images, in their standard deviations; mean "
            + $"over channels and layers, for the batch over {Neighbourhoods} batches"),
        new("error of the variance", "the ratio of the larger variance to the smaller, minus 1; averaged likewise"),
        new("spread of outputs", $"the standard deviation of an output of one of {Probes} test images over {Neighbourhoods} random "
            + "neighbourhoods, in that of the output over the images; mean over outputs and images"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from statistics in new[] { OfBatch, Running, Population, Precise }
        select new Trial([statistics], (recorder, token) => Train(input, statistics, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        string[] stored = [Running, Population, Precise];
        string[] errors = [MeanError, VarianceError];
        bool differs = Of(OfBatch).Runs.All(run => run.Series(OutputSpread).All(point => point.Value > 0));
        bool still = Of(OfBatch).Runs.All(run => run.Series(OutputSpread).All(point => point.Value == 0));
        bool own = stored.All(statistics => Of(statistics).Runs.All(run => run.Series(OutputSpread).All(point => point.Value == 0)));
        bool near = errors.All(error => stored.All(statistics => Of(statistics).Last(error).Mean <= Of(OfBatch).Last(error).Mean / 2));
        bool far = errors.All(error => stored.All(statistics => Of(statistics).Last(error).Mean > Of(OfBatch).Last(error).Mean));
        bool early = errors.All(error => First(Running, error) > First(Precise, error));
        return new Verdict(
            differs && own && near && early ? Finding.Holds : still || far ? Finding.DoesNotHold : Finding.NotShown,
            $"At the end, the neighbours spread an image's outputs by {Of(OfBatch).Last(OutputSpread).MeanText("P1")} of their standard "
            + "deviation with the batch's statistics"
            + (own ? ", and not at all with the others. " : ". ")
            + $"The errors of batch, running, population and precise statistics are {Errors(MeanError, "F3")} standard deviations in "
            + $"the mean, and {Errors(VarianceError, "P1")} in the variance; after the first few updates those of running statistics are "
            + Invariant($"{First(Running, MeanError):F2} and {First(Running, VarianceError):P0}, those of precise ones ")
            + Invariant($"{First(Precise, MeanError):F2} and {First(Precise, VarianceError):P0}."));

        Measurements Of(string statistics) => measured.Where(Statistics, statistics);

        double First(string statistics, string error) =>
            Of(statistics).Of(run => run.Series(error).Select(point => point.Value).FirstOrDefault(double.NaN)).Mean;

        string Errors(string error, string format) => string.Join(
            ", ", measured.Levels(Statistics).Select(statistics => Of(statistics).Last(error).MeanText(format)));
    }

    private protected override string Answer(Measurements measured)
    {
        return $"With the batch's own statistics, {Share(OfBatch)} of the test images change their class with their neighbours in the "
            + $"batch; with running statistics, {Share(Running)}.";

        string Share(string statistics) => measured.Where(Statistics, statistics).Last(Changed).MeanText("P1");
    }

    private protected override string Story(MeasuredSettings settings) =>
        $"A network with batch normalization is trained {Html.Times(settings.Seeds)}. At several points of training it classifies the "
        + "same test images with four kinds of statistics and unchanged weights.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(OfBatch, 0), Of(Running, 1)];

        Headline Of(string statistics, int place) => new(
            measured.Where(Statistics, statistics).Last(Changed).MeanText("P1"),
            "of the test images change their class with their neighbours, where the statistics are "
            + $"{(statistics == OfBatch ? "the batch's" : "running ones")}.",
            statistics,
            place);
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "How much depends on the neighbours?",
            "The spread of an image's outputs over random neighbours. Stored statistics cause none.",
            Over(OutputSpread, "spread / deviation of outputs") with { YFormat = "%", Height = 220 }),
        new(
            "How far from the statistics of all training images?",
            "By layer, on log scales. Running statistics start at mean 0 and variance 1, which they first have to forget, and then lag "
            + "behind the weights. Each layer is measured after layers that use the same kind of statistics.",
            Over([.. PerLayer(MeanError)], "error of the mean / σ (log scale)") with
            {
                Y = AxisKind.Log, Panels = Chart.Quantity, Height = 220,
            },
            Over([.. PerLayer(VarianceError)], "error of the variance (log scale)") with
            {
                Y = AxisKind.Log, YFormat = "~%", Panels = Chart.Quantity, Height = 220,
            }),
        new(
            "How does it change accuracy?",
            "Test accuracy with each kind of statistics, with the same weights.",
            Over(Accuracy, Accuracy) with { YFormat = "%", Height = 260 }),
    ];

    private static Chart Over(string quantity, string title) => Over([quantity], title);

    private static Chart Over(string[] quantities, string title) =>
        new(quantities) { X = AxisKind.Log, XTitle = "updates (log scale)", YTitle = title, Series = Statistics };

    private static IEnumerable<string> PerLayer(string error) => Enumerable.Range(1, Layers).Select(layer => OfLayer(error, layer));

    private static string OfLayer(string error, int layer) => Invariant($"{error}, layer {layer}");

    private static void Train(StudyInput input, string statistics, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        ImageClassificationData images = input.Images!;
        Dataset<int> train = images.Train.TakeUpTo(TrainImages);
        Dataset<int> test = images.Test.TakeUpTo(TestImages);
        var options = new MultilayerPerceptronOptions { Normalization = StudyNetworks.Normalization(Batch) };
        Sequential network = Perceptron(images, Layers, Width, seed, options);
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(LearningRate));
        int[] checkpoints = [.. Checkpoints.Select(input.Shortened).Distinct()];
        TrainingLoop.Run(trainer, train, BatchSize, checkpoints[^1], seed, Measure, cancellationToken);

        void Measure(int update, double loss)
        {
            if (!checkpoints.Contains(update))
            {
                return;
            }

            var running = new KeptStatistics(network);
            AddErrors(network, train, statistics, seed, update, recorder, cancellationToken);
            if (statistics is Running or OfBatch)
            {
                running.Restore();
            }

            recorder.Add(Accuracy, statistics == OfBatch
                ? BatchInference.Accuracy(network, PoolBatches.Mixed(test, BatchSize, seed), test.BatchCount(BatchSize), cancellationToken)
                : trainer.Evaluate(test, cancellationToken).Accuracy!.Value, update);
            network.SetSource(statistics == OfBatch ? StatisticsSource.Batch : StatisticsSource.ByPass);
            (double spread, double changed) = NeighbourSpread.Of(
                network, test, Math.Min(Probes, test.Count), PoolBatches.Mixed(test, BatchSize, seed), Neighbourhoods, cancellationToken);
            recorder.Add(OutputSpread, spread, update);
            recorder.Add(Changed, changed, update);
            network.SetSource(StatisticsSource.ByPass);
            running.Restore();
        }
    }

    /// <summary>Measures the errors of one kind of statistics, and leaves the network with them.</summary>
    private static void AddErrors(
        Sequential network,
        Dataset<int> train,
        string statistics,
        int seed,
        int update,
        Recorder recorder,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<StatisticsDrift> toTruth = Set(train.InputSlices());
        var truth = new KeptStatistics(network);
        PoolBatches batches = PoolBatches.Mixed(train, BatchSize, seed);
        IEnumerable<ChannelDrift>[] errors = statistics switch
        {
            Running => [.. toTruth.Select(layer => layer.Channels.Select(StatisticsError.Reversed))],
            Population => OfLayers(Set(batches.Draw(PopulationBatches), RecalibrationEstimate.AverageOfBatches)),
            Precise => OfLayers(Set(batches.Draw(PopulationBatches))),
            _ =>
            [
                .. Enumerable.Range(0, Neighbourhoods).SelectMany(_ => OfNextBatch().Index())
                    .GroupBy(error => error.Index, error => error.Item)
                    .Select(layer => layer.SelectMany(error => error)),
            ],
        };
        for (int layer = 0; layer < errors.Length; layer++)
        {
            recorder.Add(OfLayer(MeanError, layer + 1), errors[layer].Average(StatisticsError.OfMean), update);
            recorder.Add(OfLayer(VarianceError, layer + 1), errors[layer].Average(StatisticsError.OfVariance), update);
        }

        recorder.Add(MeanError, errors.SelectMany(layer => layer).Average(StatisticsError.OfMean), update);
        recorder.Add(VarianceError, errors.SelectMany(layer => layer).Average(StatisticsError.OfVariance), update);

        IReadOnlyList<StatisticsDrift> Set(
            IReadOnlyCollection<Tensor<float>> data, RecalibrationEstimate estimate = RecalibrationEstimate.Pooled) =>
            Recalibration.Recalibrate(network, data, estimate, cancellationToken);

        IEnumerable<ChannelDrift>[] OfNextBatch()
        {
            truth.Restore();
            batches.MoveNext();

            // A batch is normalized by its population variance.
            return [.. Set([batches.Inputs]).Select(layer => layer.Channels.Select(
                channel => channel with { VarianceAfter = channel.VarianceAfter * (BatchSize - 1) / BatchSize }))];
        }

        static IEnumerable<ChannelDrift>[] OfLayers(IReadOnlyList<StatisticsDrift> drift) => [.. drift.Select(layer => layer.Channels)];
    }
}
