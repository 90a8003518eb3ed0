using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Simd;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Probes;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Training;
using Evenkeel.Training;
using static Evenkeel.Studies.Training.StudyNetworks;

namespace Evenkeel.Studies.Studies;

/// <summary>Claim: batch normalization reduces how far the distributions of the activations' inputs drift during training.</summary>
/// <remarks>
/// Source: Ioffe and Szegedy 2015, section 4.1. Santurkar et al. 2018 make the distributions after batch normalization
/// drift on purpose: if the network then trains nearly as well, less drift is not the reason why batch normalization helps.
/// </remarks>
internal sealed class CovariateShiftStudy : MeasuredStudy
{
    private const string Normalization = "normalization";
    private const string Noisy = "noisy batch normalization";
    private const string MeanDrift = "drift of the mean";
    private const string VarianceDrift = "drift of the log variance";
    private const string MeanDriftOfLayer = "drift of the mean in a layer";
    private const string Accuracy = "test accuracy";
    private const string OverallMeanDrift = "overall drift of the mean";
    private const string OverallVarianceDrift = "overall drift of the log variance";
    private const string Final = "final test accuracy";
    private const double NearlyAsWell = 0.01;
    private const int Layers = 5;
    private const int Width = 100;
    private const double Rate = 0.1;
    private const int BatchSize = 100;
    private const int UpdateCount = 500;
    private const int MeasureEvery = 10;
    private const int TrainImages = 10_000;
    private const int FixedImages = 1_000;
    private const int TestImages = 2_000;

    /// <inheritdoc/>
    public override string Name => "covariate-shift";

    /// <inheritdoc/>
    public override string Question => "how far do the inputs of the activations drift, and is it the drift that slows training?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization and the drift of distributions";

    /// <inheritdoc/>
    public override string Claim =>
        "Batch normalization reduces how far the distributions of the activations' inputs drift during training.";

    /// <inheritdoc/>
    public override string Measure =>
        "Change of each unit's mean (in standard deviations) and log variance over the same images from one measurement to the next, 10 "
        + "updates later.";

    /// <inheritdoc/>
    public override string Criterion =>
        "The claim holds if the mean drift of both mean and log variance, over units, layers and updates, is smaller with batch "
        + "normalization. It is refuted if neither is. With noise added after it, the drift is irrelevant if it is larger than without "
        + "normalization and the final test accuracy is within 1 point of that with batch normalization.";

    /// <inheritdoc/>
    public override string Published =>
        "In a network of sigmoids on MNIST the percentiles of a unit's input stay nearly constant with batch normalization, and drift "
        + "without. Santurkar et al. add noise that makes them less stable than without normalization, and the network trains nearly as "
        + "well.";

    private protected override IReadOnlyList<string> Factors => [Normalization];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
        [new(OverallMeanDrift, "F3"), new(OverallVarianceDrift, "F3"), new(Final, "P1")];

    private protected override string Sources =>
        """
        <p>After Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization: Accelerating Deep Network
        Training by
        Reducing Internal Covariate Shift</a></cite> (2015), section 4.1; the noise after Santurkar, Tsipras, Ilyas and Mądry, <cite><a
        href="https://arxiv.org/abs/1805.11604">How Does Batch Normalization Help Optimization?</a></cite> (2018), section 2 and appendix
        A.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} units, ReLU; batch normalization, where used, before each ReLU; He's initial "
            + "weights"),
        new("noise", "after each batch normalization, in training: each unit's values times about 1 to 1.25, plus about −0.5 to 0.5, "
            + "drawn anew at each step"),
        new("training", Invariant($"{input.Shortened(UpdateCount)} updates of stochastic gradient descent at {Rate} without momentum, ")
            + Invariant($"batches of {BatchSize}")),
        new("images", $"the first {TrainImages:N0} to train on, the first {FixedImages:N0} of them to measure the drift on, the first "
            + $"{TestImages:N0} of the test images for the accuracy"),
        new("drift", $"between passes of training over the same images every {MeasureEvery} updates: |change of a unit's mean| over its "
            + "standard deviation before, |change of its log variance|"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from normalization in new[] { Batch, None, Noisy }
        select new Trial([normalization], (recorder, token) => Train(input, normalization, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        SeedSummary mean = Of(measured, Batch, OverallMeanDrift), meanWithout = Of(measured, None, OverallMeanDrift);
        SeedSummary variance = Of(measured, Batch, OverallVarianceDrift), varianceWithout = Of(measured, None, OverallVarianceDrift);
        bool meanDrops = mean.Mean < meanWithout.Mean, varianceDrops = variance.Mean < varianceWithout.Mean;
        SeedSummary noisy = Of(measured, Noisy, OverallMeanDrift);
        bool irrelevant = noisy.Mean > meanWithout.Mean
            && Of(measured, Noisy, Final).Mean >= Of(measured, Batch, Final).Mean - NearlyAsWell;
        return new Verdict(
            meanDrops && varianceDrops ? Finding.Holds
                : mean.Mean >= meanWithout.Mean && variance.Mean >= varianceWithout.Mean ? Finding.DoesNotHold
                : Finding.NotShown,
            $"In {MeasureEvery} updates, means drift by {mean.MeanText("F3")} standard deviations with batch normalization and "
            + $"{meanWithout.MeanText("F3")} without, log variances by {variance.MeanText("F3")} and {varianceWithout.MeanText("F3")}. "
            + $"With noise added after it, means drift by {noisy.MeanText("F3")}, and the network reaches "
            + $"{Of(measured, Noisy, Final).MeanText("P1")}, compared with {Of(measured, Batch, Final).MeanText("P1")} without the "
            + $"noise and {Of(measured, None, Final).MeanText("P1")} without normalization: the drift is "
            + (irrelevant ? "irrelevant." : "not shown to be irrelevant."));
    }

    private protected override string Answer(Measurements measured) =>
        $"In {MeasureEvery} updates, the mean input of an activation drifts by {Of(measured, Batch, OverallMeanDrift).MeanText("F3")} "
        + $"standard deviations with batch normalization, and by {Of(measured, None, OverallMeanDrift).MeanText("F3")} without.";

    private protected override string Story(MeasuredSettings settings) =>
        "The same network is trained without normalization, with batch normalization, and with noise after each batch normalization "
        + $"that moves the distributions at every step, {Html.Times(settings.Seeds)} each.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured) =>
    [
        new(
            Of(measured, Batch, OverallMeanDrift).MeanText("F3"),
            $"standard deviations: the drift of a unit's mean in {MeasureEvery} updates with batch normalization. With noise added "
            + $"after it: {Of(measured, Noisy, OverallMeanDrift).MeanText("F3")}.",
            Batch),
        new(Of(measured, None, OverallMeanDrift).MeanText("F3"), "standard deviations: the drift without normalization.", None),
    ];

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "How far do distributions drift?",
            $"Each point of a line shows how far the inputs of the activations moved in the {MeasureEvery} updates before it, as a mean "
            + "over all units of all layers.",
            new Chart(MeanDrift) { XTitle = "updates", YTitle = "drift of the mean (σ)", Y = AxisKind.Log, Height = 280 }),
        new(
            "Do variances drift as well?",
            "The mean change of the logarithm of a unit's variance in the same updates.",
            new Chart(VarianceDrift) { XTitle = "updates", YTitle = "drift of the log variance", Y = AxisKind.Log, Height = 240 }),
        new(
            "Layer by layer",
            "The drift of the mean over all of training. Without normalization each layer passes its drift on to the next; with it only "
            + "the learned shift and scale can drift.",
            new Chart(MeanDriftOfLayer)
            {
                X = AxisKind.Names, XTitle = "hidden layer", YTitle = "drift of the mean (σ)", Y = AxisKind.Log, Height = 240,
            }),
        new(
            "Is it the drift that slows training?",
            "If it were, the network whose distributions are moved on purpose would be the slowest.",
            new Chart(Accuracy) { XTitle = "updates", YTitle = Accuracy, YFormat = "%" }),
    ];

    private static SeedSummary Of(Measurements measured, string normalization, string quantity) =>
        measured.Where(Normalization, normalization).Last(quantity);

    private static void Train(StudyInput input, string normalization, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        ImageClassificationData images = input.Images!;
        Dataset<int> train = images.Train.TakeUpTo(TrainImages);
        Dataset<int> test = images.Test.TakeUpTo(TestImages);
        Dataset<int> unchanging = train.TakeUpTo(FixedImages);
        Sequential network = Network(images, normalization, seed);
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(Rate));
        int updates = input.Shortened(UpdateCount);
        var means = new List<double[]>();
        var variances = new List<double[]>();
        IReadOnlyList<Moments[]> before = Inputs(network, unchanging);
        double accuracy = 0;
        TrainingLoop.Run(trainer, train, BatchSize, updates, seed, Measure, cancellationToken);
        recorder.Add(OverallMeanDrift, means.SelectMany(drift => drift).Average());
        recorder.Add(OverallVarianceDrift, variances.SelectMany(drift => drift).Average());
        for (int layer = 0; layer < Layers; layer++)
        {
            recorder.Add(MeanDriftOfLayer, means.Average(drift => drift[layer]), layer + 1);
        }

        recorder.Add(Final, accuracy);

        void Measure(int update, double loss)
        {
            if (update % MeasureEvery != 0 && update != updates)
            {
                return;
            }

            IReadOnlyList<Moments[]> now = Inputs(network, unchanging);
            means.Add([.. before.Zip(now, (a, b) => a.Zip(b, MeanDriftOf).Average())]);
            variances.Add([.. before.Zip(now, (a, b) => a.Zip(b, VarianceDriftOf).Average())]);
            before = now;
            recorder.Add(MeanDrift, means[^1].Average(), update);
            recorder.Add(VarianceDrift, variances[^1].Average(), update);
            accuracy = trainer.Evaluate(test, cancellationToken).Accuracy!.Value;
            recorder.Add(Accuracy, accuracy, update);
        }
    }

    private static double MeanDriftOf(Moments before, Moments now) =>
        Math.Abs(now.Mean - before.Mean) / Math.Sqrt(before.PopulationVariance);

    private static double VarianceDriftOf(Moments before, Moments now) =>
        Math.Abs(ElementaryFunctions.Log(now.PopulationVariance / before.PopulationVariance));

    /// <summary>The moments of the activations' inputs in a training pass that leaves the running statistics unchanged.</summary>
    private static IReadOnlyList<Moments[]> Inputs(Sequential network, Dataset<int> data)
    {
        SetUpdate(StatisticsUpdate.Never);
        IReadOnlyList<Moments[]> inputs = LayerMoments.Of(network, data.Inputs, Pass.Training, layer => layer is Activation);
        SetUpdate(StatisticsUpdate.InTraining);
        return inputs;

        void SetUpdate(StatisticsUpdate update)
        {
            foreach (BatchNorm normalization in network.Layers.SelectMany(layer => layer.Children.Prepend(layer)).OfType<BatchNorm>())
            {
                normalization.Update = update;
            }
        }
    }

    private static Sequential Network(ImageClassificationData images, string normalization, int seed)
    {
        var noise = new RandomSource((ulong)seed + (1UL << 32)); // not the weights' streams, so that these are the same in all networks
        return Perceptron(images, Layers, Width, seed, new MultilayerPerceptronOptions
        {
            Normalization = normalization == Noisy
                ? linear => new Sequential(new BatchNorm(linear.Outputs), new MovingNoise(noise))
                : StudyNetworks.Normalization(normalization),
        });
    }
}
