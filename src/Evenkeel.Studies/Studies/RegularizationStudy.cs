using System.Globalization;
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

namespace Evenkeel.Studies.Studies;

/// <summary>Claim: batch normalization regularizes, so that dropout can be left out.</summary>
/// <remarks>
/// Source: Ioffe and Szegedy 2015, section 3.4, on few images and trained long, where networks overfit. Dropout before batch
/// normalization, and its effect on the variances: Li et al. 2018.
/// </remarks>
internal sealed class RegularizationStudy : MeasuredStudy
{
    private const string Normalization = "normalization";
    private const string Probability = "dropout";
    private const string Behind = "directly behind dropout";
    private const string FinalAccuracy = "final test accuracy";
    private const string TrainAccuracy = "train accuracy";
    private const string TestAccuracy = "test accuracy";
    private const string TestLoss = "test loss";
    private const string Gap = "train minus test";
    private const string Ratio = "real over running variance";
    private const string MeanRatio = "mean variance ratio";
    private const int Layers = 3;
    private const int Width = 256;
    private const double Rate = 0.1;
    private const int BatchSize = 50;
    private const int UpdateCount = 2_000;
    private const int MeasureEvery = 200;
    private const int TrainImages = 1_000;
    private const int TestImages = 5_000;

    /// <summary>None, little, and the probability of Srivastava et al. for hidden units.</summary>
    private static readonly string[] Probabilities = ["0", "0.2", "0.5"];

    /// <inheritdoc/>
    public override string Name => "regularization";

    /// <inheritdoc/>
    public override string Question => "does batch normalization regularize, and what does dropout before it do?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization and dropout on few images";

    /// <inheritdoc/>
    public override string Claim =>
        "Batch normalization regularizes: on few images a network with it and without dropout does no worse than one with dropout.";

    /// <inheritdoc/>
    public override string Measure =>
        "Train and test accuracy and test loss after 2,000 updates on 1,000 images, and the real over the running variance in each "
        + "batch normalization.";

    /// <inheritdoc/>
    public override string Criterion =>
        "The claim holds if the mean test accuracy with batch normalization alone is at least that with dropout alone, and its mean "
        + "train accuracy minus test accuracy is smaller than without either. It is refuted if neither is the case.";

    /// <inheritdoc/>
    public override string Published =>
        "Inception with batch normalization reached a higher validation accuracy once dropout was removed. Li et al. find the variances "
        + "in inference below the running ones wherever dropout stands before batch normalization.";

    private protected override IReadOnlyList<string> Factors => [Normalization, Probability];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
        [new(TrainAccuracy, "P1"), new(FinalAccuracy, "P1"), new(Gap, "P1"), new(TestLoss, "F3"), new(MeanRatio, "F2")];

    private protected override string Sources =>
        """
        <p>After Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization: Accelerating Deep Network
        Training by
        Reducing Internal Covariate Shift</a></cite> (2015), section 3.4; the variances after Li et al., <cite><a
        href="https://arxiv.org/abs/1801.05134">Understanding the Disharmony between Dropout and Batch Normalization by Variance
        Shift</a></cite> (2018), sections 3 and 4; the rate of dropout is that of Srivastava et al., <cite>Dropout</cite> (2014).</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} units, ReLU; batch normalization before each ReLU, dropout after the ReLU or "
            + "directly before the normalization; He's initial weights"),
        new("training", Invariant($"{input.Shortened(UpdateCount):N0} updates of stochastic gradient descent at {Rate} without ")
            + Invariant($"momentum, batches of {BatchSize}")),
        new("images", Invariant($"the first {TrainImages:N0} to train on, the first {TestImages:N0} of the test images to measure on, ")
            + Invariant($"every {MeasureEvery} updates")),
        new("variances", "of the inputs of each batch normalization in inference, on the training images, divided by its running "
            + "variances"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from probability in Probabilities
        from normalization in new[] { Batch, None, Behind }
        where normalization != Behind || probability != "0" // without dropout there is nothing to come after
        select new Trial(
            [normalization, probability],
            (recorder, token) => Train(input, normalization, probability, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        SeedSummary batch = Last(measured, Batch, "0", FinalAccuracy), dropout = Last(measured, None, "0.5", FinalAccuracy);
        SeedSummary gap = Last(measured, Batch, "0", Gap), gapWithout = Last(measured, None, "0", Gap);
        bool asGood = batch.Mean >= dropout.Mean, smaller = gap.Mean < gapWithout.Mean;
        return new Verdict(
            asGood && smaller ? Finding.Holds : !asGood && !smaller ? Finding.DoesNotHold : Finding.NotShown,
            $"Batch normalization alone reaches a test accuracy of {batch.MeanText("P1")}, dropout of one half alone "
            + $"{dropout.MeanText("P1")}; train minus test accuracy is {gap.MeanText("P1")} with batch normalization and "
            + $"{gapWithout.MeanText("P1")} without either.");
    }

    private protected override string Answer(Measurements measured) =>
        $"On {TrainImages:N0} training images, a network classifies {Last(measured, Batch, "0", FinalAccuracy).MeanText("P1")} of the test "
        + $"images correctly with batch normalization alone, and {Last(measured, None, "0.5", FinalAccuracy).MeanText("P1")} with dropout "
        + "alone.";

    private protected override string Story(MeasuredSettings settings) =>
        $"The same network is trained on {TrainImages:N0} images, for long, with batch normalization, dropout, both and neither, "
        + $"{Html.Times(settings.Seeds)} each.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured) =>
    [
        new(Last(measured, Batch, "0", FinalAccuracy).MeanText("P1"), "is the test accuracy with batch normalization alone.", Batch),
        new(Last(measured, None, "0", FinalAccuracy).MeanText("P1"), "is the test accuracy without either; with dropout of one half "
            + $"alone it is {Last(measured, None, "0.5", FinalAccuracy).MeanText("P1")}.", None),
    ];

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "Does batch normalization replace dropout?",
            "Each point is a network. What counts is accuracy on images that they have never seen. Where all training images are "
            + "classified correctly, train minus test accuracy adds nothing to test accuracy.",
            new Chart(FinalAccuracy)
            {
                XFactor = Probability, XTitle = "p, the fraction of hidden units that dropout drops", YTitle = FinalAccuracy,
                YFormat = ".1%",
            }),
        new(
            "Over the updates",
            "Test accuracy and test loss, a chart for each p. The loss shows more: an overfitting network becomes ever more confident "
            + "in its errors.",
            Curves(TestAccuracy, "%"),
            Curves(TestLoss, "~g")),
        new(
            "Dropout before batch normalization",
            "Dropout makes variances larger in training than in inference, and the running variance is that of training. The points are "
            + "the real variance in inference over the running one, a mean over a layer's units: 1 is correct. Li et al. expect 1 − p "
            + "where dropout stands directly before the normalization, and less where a unit's mean is not 0; where it comes after the "
            + "ReLU, the normalizations of layers 2 and 3 see it through a linear layer. Each layer also inherits the errors of the "
            + "layers before it.",
            Ratios("0.2"),
            Ratios("0.5")),
    ];

    private static Chart Curves(string quantity, string format) => new(quantity)
    {
        XTitle = "updates",
        YTitle = quantity,
        YFormat = format,
        Panels = Probability,
        Height = 200,
    };

    private static Chart Ratios(string probability) => new(Ratio)
    {
        X = AxisKind.Names,
        XTitle = $"hidden layer (p = {probability})",
        YTitle = "real / running variance",
        Only = (Probability, probability),
        Height = 220,
        Rule = (1 - Number(probability), "1 − p"),
    };

    private static double Number(string probability) => double.Parse(probability, CultureInfo.InvariantCulture);

    private static SeedSummary Last(Measurements measured, string normalization, string probability, string quantity) =>
        measured.Where(Normalization, normalization).Where(Probability, probability).Last(quantity);

    private static void Train(
        StudyInput input, string normalization, string probability, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        ImageClassificationData images = input.Images!;
        Dataset<int> train = images.Train.TakeUpTo(TrainImages);
        Dataset<int> test = images.Test.TakeUpTo(TestImages);
        Sequential network = Network(images, normalization, Number(probability), seed);
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(Rate));
        int updates = input.Shortened(UpdateCount);
        double accuracy = 0;
        TrainingLoop.Run(trainer, train, BatchSize, updates, seed, Measure, cancellationToken);
        recorder.Add(FinalAccuracy, accuracy);
        double[] ratios = VarianceRatios(network, train);
        for (int layer = 0; layer < ratios.Length; layer++)
        {
            recorder.Add(Ratio, ratios[layer], layer + 1);
        }

        recorder.Add(MeanRatio, ratios.DefaultIfEmpty(double.NaN).Average());

        void Measure(int update, double loss)
        {
            if (update % MeasureEvery == 0 || update == updates)
            {
                Evaluation onTrain = trainer.Evaluate(train, cancellationToken), onTest = trainer.Evaluate(test, cancellationToken);
                recorder.Add(TrainAccuracy, onTrain.Accuracy!.Value, update);
                recorder.Add(TestAccuracy, onTest.Accuracy!.Value, update);
                accuracy = onTest.Accuracy.Value;
                recorder.Add(Gap, onTrain.Accuracy.Value - onTest.Accuracy.Value, update);
                recorder.Add(TestLoss, onTest.Loss, update);
            }
        }
    }

    /// <summary>
    /// The ratio of the variance in inference to the running variance in each batch normalization, averaged over its units.
    /// </summary>
    private static double[] VarianceRatios(Sequential network, Dataset<int> data)
    {
        var ratios = new List<double>();
        LayerInputs.Show(network, data.Inputs, (layer, input) =>
        {
            if (layer is BatchNorm { RunningStatistics: { } running })
            {
                ratios.Add(LayerMoments.Of(input).Zip(running.Variance, (unit, variance) => unit.PopulationVariance / variance).Average());
            }
        });
        return [.. ratios];
    }

    private static Sequential Network(ImageClassificationData images, string normalization, double probability, int seed)
    {
        var masks = new RandomSource((ulong)seed + (1UL << 32)); // not the weights' streams, so that these are the same in all networks
        return Perceptron(images, Layers, Width, seed, new MultilayerPerceptronOptions
        {
            Normalization = normalization == Behind
                ? linear => new Sequential(new Dropout(probability, masks), new BatchNorm(linear.Outputs))
                : StudyNetworks.Normalization(normalization),
            Activation = normalization == Behind || probability == 0
                ? () => new Relu()
                : () => new Sequential(new Relu(), new Dropout(probability, masks)),
        });
    }
}
