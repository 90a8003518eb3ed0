using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
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

/// <summary>Claim: on few images dropout lessens overfitting, and the dependence of hidden units on each other.</summary>
/// <remarks>
/// Sources: Srivastava et al. 2014, sections 7.1 and 7.4; Hinton et al. 2012. The correlation of units and the removal of single units are
/// this study's measures of dependence.
/// </remarks>
internal sealed class DropoutStudy : MeasuredStudy
{
    private const string ImageCount = "images";
    private const string Network = "network";
    private const string With = "with dropout";
    private const string Without = "without dropout";
    private const string TrainAccuracy = "train accuracy";
    private const string TestAccuracy = "test accuracy";
    private const string Gap = "train minus test";
    private const string TestLoss = "test loss";
    private const string Correlation = "mean |correlation|";
    private const string Initial = "untrained |correlation|";
    private const string Change = "mean change on removal";
    private const string LargestRise = "largest rise on removal";
    private const string Constant = "constant units";
    private const int Layers = 2;
    private const int Width = 256;
    private const double Probability = 0.5;
    private const double Rate = 0.1;
    private const int BatchSize = 50;
    private const int UpdateCount = 3_000;
    private const int TestImages = 5_000;
    private const int UnitImages = 1_000;

    /// <summary>Few images first: the criterion is about these.</summary>
    private static readonly int[] Counts = [250, 1_000, 4_000, 16_000];

    private static readonly string Fewest = Level(Counts[0]);

    private static readonly string[] Deciding = [Gap, Correlation, Change];

    /// <inheritdoc/>
    public override string Name => "dropout";

    /// <inheritdoc/>
    public override string Question => "does dropout lessen overfitting, and do hidden units depend less on each other?";

    /// <inheritdoc/>
    public override string Title => "Dropout on few and on many images";

    /// <inheritdoc/>
    public override string Claim =>
        "On few images dropout lessens overfitting, and makes the hidden units of a network depend less on each other.";

    /// <inheritdoc/>
    public override string Measure =>
        "Train minus test accuracy after 3,000 updates on 250 to 16,000 images; for the last hidden layer, the mean |correlation| between "
        + "its units, and the change of the test loss when single units are removed.";

    /// <inheritdoc/>
    public override string Criterion =>
        Invariant($"On {Counts[0]} images, the claim holds if train minus test accuracy, the mean |correlation| and the ")
        + "mean magnitude of the change of the test loss on removal of a unit, relative to the loss, are all smaller with dropout in every "
        + "seed. It is refuted if none of the three is smaller as a mean over the seeds.";

    /// <inheritdoc/>
    public override string Published =>
        "Srivastava et al., section 7.4, MNIST: no gain on 100 or 500 images; with more the gain grows, and then declines. Section 7.1: "
        + "only with dropout does a unit detect an edge or a stroke by itself.";

    private protected override IReadOnlyList<string> Factors => [Network, ImageCount];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
    [
        new(TrainAccuracy, "P1"), new(TestAccuracy, "P1"), new(Gap, "P1"), new(TestLoss, "F3"), new(Correlation, "F3"),
        new(Initial, "F3"), new(Change, "P2"), new(LargestRise, "P1"), new(Constant, "F0"),
    ];

    private protected override string Sources =>
        """
        <p>After Srivastava et al., <cite><a href="https://jmlr.org/papers/v15/srivastava14a.html">Dropout: A Simple Way to Prevent Neural
        Networks from Overfitting</a></cite> (2014), sections 7.1 on co-adaptation and 7.4 on the size of the data, and Hinton et al.,
        <cite><a href="https://arxiv.org/abs/1207.0580">Improving neural networks by preventing co-adaptation of feature
        detectors</a></cite> (2012). The rate of dropout is theirs for hidden units. The network is smaller, its inputs are not dropped,
        and the two measures of dependence are this study's own. Settings and criterion were chosen before the first run of three
        seeds, after one of a single seed: there the loss rose without some units and fell without others, so that the magnitude of
        its change counts.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", Invariant($"{Layers} hidden layers of {Width} units, ReLU; dropout of {Probability}, where used, after each ReLU; ")
            + "no normalization; He's initial weights"),
        new("training", Invariant($"{input.Shortened(UpdateCount):N0} updates of stochastic gradient descent at {Rate} without ")
            + Invariant($"momentum, batches of {BatchSize}: equal updates for all, whatever the number of images")),
        new("images", $"the first {string.Join("; ", Counts.Select(count => Invariant($"{count:N0}")))} to train on, as far as there are; "
            + Invariant($"the first {TestImages:N0} of the test images to measure on")),
        new("units", Invariant($"of the last hidden layer, on the first {UnitImages:N0} test images, in inference; constant units have no ")
            + "correlation and are left out of its mean; a removed unit is set to 0"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from count in Counts
        from network in new[] { With, Without }
        select new Trial([network, Level(count)], (recorder, token) => Train(input, network, count, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        Measurements with = Runs(measured, With, Fewest), without = Runs(measured, Without, Fewest);
        return new Verdict(
            Deciding.All(quantity => with.IsBelowInEverySeed(without, quantity)) ? Finding.Holds
                : Deciding.All(quantity => with.Last(quantity).Mean >= without.Last(quantity).Mean) ? Finding.DoesNotHold
                : Finding.NotShown,
            Invariant($"On {Counts[0]} images, with dropout and without: train minus test accuracy {Both(Gap, "P1")}, ")
            + $"mean |correlation| {Both(Correlation, "F3")}, mean change of the test loss on removal of a unit "
            + $"{Both(Change, "P2")}; test accuracy is {Both(TestAccuracy, "P1")}.");

        string Both(string quantity, string format) =>
            $"{with.Last(quantity).MeanText(format)} and {without.Last(quantity).MeanText(format)}";
    }

    private protected override string Answer(Measurements measured)
    {
        return Invariant($"After training on {Counts[0]} images, test accuracy is {Points(With):F1} points below train accuracy with ")
            + Invariant($"dropout, and {Points(Without):F1} without; hidden units have a |correlation| of {Correlated(With):F2} and ")
            + Invariant($"{Correlated(Without):F2}.");

        double Points(string network) => 100 * Runs(measured, network, Fewest).Last(Gap).Mean;

        double Correlated(string network) => Runs(measured, network, Fewest).Last(Correlation).Mean;
    }

    private protected override string Story(MeasuredSettings settings) =>
        Invariant($"The same network is trained from the same initial weights on {Counts[0]} to {Counts[^1]:N0} images, with and without ")
        + $"dropout, {Html.Times(settings.Seeds)} each. Then the units of its last hidden layer are correlated, and removed one by one.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(With, 0), Of(Without, 1)];

        Headline Of(string network, int index)
        {
            Measurements few = Runs(measured, network, Fewest);
            return new Headline(
                few.Last(TestAccuracy).MeanText("P1"),
                Invariant($"of the test images are classified correctly {network} after training on {Counts[0]} images. Two hidden ")
                + $"units have a |correlation| of {few.Last(Correlation).MeanText("F2")}, on average; removing the most important one "
                + $"raises the test loss by {few.Last(LargestRise).MeanText("P0")}.",
                network,
                index);
        }
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "How much do networks overfit?",
            "Train accuracy minus test accuracy: the lower, the less a network overfits. Each point is a network.",
            Over(Gap, "train minus test accuracy", ".0%")),
        new(
            "How well do they do?",
            "What counts in the end: accuracy and loss on images that they have never seen. Where all training images are classified "
            + "correctly, train minus test accuracy adds nothing to test accuracy.",
            Over(TestAccuracy, TestAccuracy, ".0%"),
            Over(TestLoss, TestLoss, "~g")),
        new(
            "Do hidden units depend on each other?",
            "The test loss is measured again without one unit of the last hidden layer, for each unit in turn: first its largest rise, "
            + "then its change in either direction, averaged over the units. Last, the magnitude of the correlation between two units, "
            + "averaged over all pairs. The measures need not agree: where units duplicate each other they are correlated, and none is "
            + "needed alone.",
            Over(LargestRise, "largest rise of the test loss", "~%"),
            Over(Change, "mean change of the test loss", "~%"),
            Over(Correlation, Correlation, "~g")),
    ];

    private static Chart Over(string quantity, string title, string format) => new(quantity)
    {
        Series = Network,
        XFactor = ImageCount,
        X = AxisKind.Log,
        XTitle = "training images (log scale)",
        YTitle = title,
        YFormat = format,
        Height = 240,
    };

    private static string Level(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static Measurements Runs(Measurements measured, string network, string count) =>
        measured.Where(Network, network).Where(ImageCount, count);

    private static void Train(
        StudyInput input, string network, int count, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        Dataset<int> train = input.Images!.Train.TakeUpTo(count), test = input.Images.Test.TakeUpTo(TestImages);
        var masks = new RandomSource((ulong)seed + (1UL << 32)); // not the weights' streams, so that these are the same in all networks
        Sequential perceptron = Perceptron(input.Images, Layers, Width, seed, new MultilayerPerceptronOptions
        {
            Activation = network == With ? () => new Sequential(new Relu(), new Dropout(Probability, masks)) : static () => new Relu(),
        });
        Dataset<int> shown = test.TakeUpTo(UnitImages);
        Layer output = perceptron.Layers[^1];
        recorder.Add(Initial, UnitCorrelation.Of(InputOf(output, perceptron, shown.Inputs)).Mean);
        var trainer = new Trainer<int>(perceptron, new SoftmaxCrossEntropy(), new Sgd(Rate));
        TrainingLoop.Run(trainer, train, BatchSize, input.Shortened(UpdateCount), seed, null, cancellationToken);
        Evaluation onTrain = trainer.Evaluate(train, cancellationToken), onTest = trainer.Evaluate(test, cancellationToken);
        recorder.Add(TrainAccuracy, onTrain.Accuracy!.Value);
        recorder.Add(TestAccuracy, onTest.Accuracy!.Value);
        recorder.Add(Gap, onTrain.Accuracy.Value - onTest.Accuracy.Value);
        recorder.Add(TestLoss, onTest.Loss);
        Tensor<float> units = InputOf(output, perceptron, shown.Inputs);
        (double correlation, int constant) = UnitCorrelation.Of(units);
        recorder.Add(Correlation, correlation);
        recorder.Add(Constant, constant);
        double[] rises = UnitRemoval.Rises(output, units, shown.Targets, cancellationToken);
        recorder.Add(Change, rises.Average(Math.Abs));
        recorder.Add(LargestRise, rises.Max());
    }

    /// <summary>A copy of a layer's input in inference.</summary>
    private static Tensor<float> InputOf(Layer of, Sequential network, Tensor<float> inputs)
    {
        Tensor<float>? copy = null;
        LayerInputs.Show(network, inputs, (layer, input) =>
        {
            if (layer == of)
            {
                copy = Tensor.Create(input.Elements().ToArray(), input.Lengths);
            }
        });
        return copy!;
    }
}
