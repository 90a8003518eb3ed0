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

/// <summary>Claim: in a deep network of sigmoids only the last layers learn; with batch normalization all do.</summary>
/// <remarks>
/// Sources: Glorot and Bengio 2010, section 3.1; Nielsen 2015, chapter 5; Zhang et al. 2019 for resetting single layers.
/// </remarks>
internal sealed class EarlyLayersStudy : MeasuredStudy
{
    private const string Normalization = "normalization";
    private const string Frozen = "frozen layers";
    private const string Accuracy = "test accuracy";
    private const string Movement = "movement of the weights";
    private const string First = "first layer's movement";
    private const string LastHidden = "last hidden layer's movement";
    private const string Ratio = "first over last movement";
    private const string Reset = "accuracy lost on reset";
    private const int Layers = 4;
    private const int Half = Layers / 2;
    private const int Width = 100;
    private const int BatchSize = 60;
    private const double RateWith = 1;
    private const double RateWithout = 3;
    private const int UpdateCount = 4_000;
    private const int Marks = 40;
    private const int TestImages = 5_000;

    /// <summary>The ratio of movements below which the first layer hardly moves.</summary>
    private const double Hardly = 0.1;

    /// <summary>The accuracy that freezing layers that are not needed may cost.</summary>
    private const double Cost = 0.01;

    private static readonly string Whole = Level(0);

    /// <inheritdoc/>
    public override string Name => "early-layers";

    /// <inheritdoc/>
    public override string Question => "do the first layers of a deep network of sigmoids learn, and are they needed?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization and the first layers of a deep network";

    /// <inheritdoc/>
    public override string Claim =>
        "In a deep network of sigmoids the first layers hardly learn, and could stay as they were initialized; with batch normalization "
        + "all layers learn and are needed.";

    /// <inheritdoc/>
    public override string Measure =>
        "Test accuracy of networks of four hidden layers whose first ones are frozen at their initial weights; and how far the weights of "
        + "each layer move, ‖W − W₀‖/‖W₀‖, if none is.";

    /// <inheritdoc/>
    public override string Criterion =>
        Invariant($"The claim holds if, without batch normalization, the mean movement of the first hidden layer is below {Hardly} of ")
        + Invariant($"that of the last, and freezing the first half costs at most {100 * Cost} point of mean test accuracy, while with ")
        + "it that ratio is larger and freezing costs more. It is refuted if, without it, the first layer moves at least as far as the "
        + "last, and freezing the first half costs more than with it.";

    /// <inheritdoc/>
    public override string Published =>
        "Nielsen: in four hidden layers of sigmoids the first learns roughly 100 times slower than the last, by the size of gradients. "
        + "Glorot and Bengio: with four layers of sigmoids training escapes an early plateau, with five it does not.";

    private protected override IReadOnlyList<string> Factors => [Normalization, Frozen];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
        [new(Accuracy, "P1"), new(First, "F2"), new(LastHidden, "F2"), new(Ratio, "F2")];

    private protected override string Sources =>
        """
        <p>The claim: Nielsen, <cite><a href="http://neuralnetworksanddeeplearning.com/chap5.html">Neural Networks and Deep
        Learning</a></cite> (2015), chapter 5, and Glorot and Bengio, <cite><a
        href="https://proceedings.mlr.press/v9/glorot10a.html">Understanding the difficulty of training deep feedforward neural
        networks</a></cite> (2010), section 3.1; with batch normalization, Ioffe and Szegedy (2015), section 1. Resetting single layers
        of a trained network: Zhang et al., <cite><a href="https://arxiv.org/abs/1902.01996">Are All Layers Created Equal?</a></cite>
        (2019). Movement without meaning: van Laarhoven, <cite><a href="https://arxiv.org/abs/1706.05350">L2 Regularization versus Batch
        and Weight Normalization</a></cite> (2017).</p>
        <p>Depth, learning rates and criterion were chosen with seed 0, before the first run of three seeds: without batch
        normalization, networks of six layers reached an accuracy of at most 42 % at the rates that were tried, and those of five learned
        at few; with half of four layers or more frozen, none of six rates from 0.1 to 10 led beyond guessing.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} sigmoid units; batch normalization, where used, before each sigmoid; Xavier's "
            + "initial weights"),
        new("training", Invariant($"{input.Shortened(UpdateCount):N0} updates of stochastic gradient descent without momentum, at ")
            + Invariant($"{RateWith} with batch normalization and {RateWithout} without, batches of {BatchSize}")),
        new("frozen layers", "the first hidden layers, whose weights and biases, and those of their normalization, keep their initial "
            + "values; batch statistics normalize as ever"),
        new("reset", "after training, one layer gets its initial weights and biases back, and batches of test images are normalized by "
            + "their own statistics"),
        new("images", Invariant($"all training images; the first {TestImages:N0} of the test images to measure on")),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from frozen in Enumerable.Range(0, Layers + 1)
        from normalization in new[] { Batch, None }
        select new Trial(
            [normalization, Level(frozen)], (recorder, token) => Train(input, normalization, frozen, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        double ratioWith = MovementRatio(measured, Batch), ratio = MovementRatio(measured, None);
        double costWith = CostOfHalf(measured, Batch), cost = CostOfHalf(measured, None);
        return new Verdict(
            ratio < Hardly && cost <= Cost && ratioWith > ratio && costWith > cost ? Finding.Holds
                : ratio >= 1 && cost > costWith ? Finding.DoesNotHold
                : Finding.NotShown,
            Invariant($"Without batch normalization, the first hidden layer moves {ratio:F2} times as far as the last, and freezing the ")
            + Invariant($"first half costs {100 * cost:F1} points of test accuracy; with it, {ratioWith:F2} times and ")
            + Invariant($"{100 * costWith:F1} points. Whole, the networks classify {Text(measured, None, 0)} and ")
            + $"{Text(measured, Batch, 0)} of the test images correctly.");
    }

    private protected override string Answer(Measurements measured) =>
        "With the first two of its four hidden layers frozen at random weights, a network of sigmoids classifies "
        + $"{Text(measured, Batch, Half)} of the test images correctly with batch normalization, and {Text(measured, None, Half)} without.";

    private protected override string Story(MeasuredSettings settings) =>
        $"A network of {Layers} hidden layers of sigmoids is trained from the same initial weights with and without batch normalization, "
        + $"{Html.Times(settings.Seeds)} each: with all layers, and with the first one, two, three and four frozen at their initial "
        + "weights.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Batch, "with"), Of(None, "without")];

        Headline Of(string normalization, string with) => new(
            Invariant($"{100 * CostOfHalf(measured, normalization):F1} points"),
            Invariant($"of test accuracy are lost {with} batch normalization if the first half of the hidden layers does not learn. If ")
            + Invariant($"all learn, the first layer moves {MovementRatio(measured, normalization):F1} times as far as the last."),
            normalization);
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "Are the first layers needed?",
            "On the left all hidden layers learn, on the right only the output layer does. A line that falls early shows a network "
            + "that needs its first layers to learn; one that stays level, a network that does not. Guessing gets one image in ten right "
            + "where there are ten classes.",
            new Chart(Accuracy)
            {
                XFactor = Frozen, XTitle = "frozen hidden layers, counted from the input", YTitle = Accuracy, YFormat = "%",
                YDomain = (0, 1),
            }),
        new(
            "How far do the weights of each layer move?",
            "‖W − W₀‖/‖W₀‖ after training with no layer frozen. With batch normalization the length of a unit's weights has no effect on "
            + "the output, and each step makes them longer: part of their movement has no meaning, and the two networks can be compared "
            + "by their shapes over the layers, not by their heights.",
            new Chart(Movement)
            {
                X = AxisKind.Names, XTitle = "hidden layer", YTitle = Movement, Only = (Frozen, Whole), Height = 240,
            }),
        new(
            "When does the first layer move?",
            "The first hidden layer's movement over the last one's, with no layer frozen: below 1 the last layer is ahead. A line that "
            + "starts near 0 and rises later shows a first layer that learns late.",
            new Chart(Ratio)
            {
                XTitle = "updates", YTitle = Ratio, Only = (Frozen, Whole), Rule = (1, "equal"), Height = 240,
            }),
        new(
            "What did each layer learn?",
            "Test accuracy that a trained network loses when one layer gets its initial weights back and the others stay. This does not "
            + "depend on the length of weights. It also falls where a layer learned little but the others rely on it.",
            new Chart(Reset)
            {
                X = AxisKind.Names, XTitle = "hidden layer that is reset", YTitle = "test accuracy lost", YFormat = "%",
                Only = (Frozen, Whole), Height = 240,
            }),
    ];

    private static string Level(int frozen) => frozen.ToString(CultureInfo.InvariantCulture);

    private static Measurements Runs(Measurements measured, string normalization, int frozen) =>
        measured.Where(Normalization, normalization).Where(Frozen, Level(frozen));

    private static string Text(Measurements measured, string normalization, int frozen) =>
        Runs(measured, normalization, frozen).Last(Accuracy).MeanText("P1");

    /// <summary>The mean movement of the first hidden layer over that of the last, with no layer frozen.</summary>
    private static double MovementRatio(Measurements measured, string normalization)
    {
        Measurements runs = Runs(measured, normalization, 0);
        return runs.Last(First).Mean / runs.Last(LastHidden).Mean;
    }

    /// <summary>The mean test accuracy that freezing the first half of the hidden layers costs.</summary>
    private static double CostOfHalf(Measurements measured, string normalization) =>
        Runs(measured, normalization, 0).Last(Accuracy).Mean - Runs(measured, normalization, Half).Last(Accuracy).Mean;

    private static void Train(
        StudyInput input, string normalization, int frozen, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        Dataset<int> train = input.Images!.Train, test = input.Images.Test.TakeUpTo(TestImages);
        Sequential network = Perceptron(input.Images, Layers, Width, seed, new MultilayerPerceptronOptions
        {
            Normalization = StudyNetworks.Normalization(normalization),
            Activation = static () => new Sigmoid(),
            Weights = Initializer.XavierNormal,
        });
        Parameter[][] layers = HiddenLayers(network);
        float[][][] initial = [.. layers.Select(Values)];
        foreach (Parameter parameter in layers.Take(frozen).SelectMany(layer => layer))
        {
            parameter.IsTrainable = false;
        }

        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(normalization == Batch ? RateWith : RateWithout));
        int updates = input.Shortened(UpdateCount), every = Math.Max(1, updates / Marks);
        TrainingLoop.Run(trainer, train, BatchSize, updates, seed, Measure, cancellationToken);
        recorder.Add(Accuracy, trainer.Evaluate(test, cancellationToken).Accuracy!.Value);
        for (int layer = 0; layer < layers.Length; layer++)
        {
            recorder.Add(Movement, Moved(layer), layer + 1);
        }

        recorder.Add(First, Moved(0));
        recorder.Add(LastHidden, Moved(Layers - 1));
        network.SetSource(StatisticsSource.Batch);
        double whole = trainer.Evaluate(test, cancellationToken).Accuracy!.Value;
        for (int layer = 0; layer < layers.Length; layer++)
        {
            float[][] trained = Values(layers[layer]);
            Set(layers[layer], initial[layer]);
            recorder.Add(Reset, whole - trainer.Evaluate(test, cancellationToken).Accuracy!.Value, layer + 1);
            Set(layers[layer], trained);
        }

        void Measure(int update, double loss)
        {
            if (update % every == 0 || update == updates)
            {
                recorder.Add(Ratio, Moved(0) / Moved(Layers - 1), update);
            }
        }

        // ‖W − W₀‖/‖W₀‖
        double Moved(int layer) =>
            Euclidean.Distance(layers[layer][0].Value.Elements(), initial[layer][0]) / Euclidean.Norm(initial[layer][0]);
    }

    private static float[][] Values(Parameter[] layer) => [.. layer.Select(parameter => parameter.Value.Elements().ToArray())];

    private static void Set(Parameter[] layer, float[][] values)
    {
        for (int i = 0; i < layer.Length; i++)
        {
            values[i].CopyTo(layer[i].Value.Elements());
        }
    }

    /// <summary>The parameters of each hidden layer, its weights first, with those of its normalization.</summary>
    private static Parameter[][] HiddenLayers(Sequential network)
    {
        var layers = new List<List<Parameter>>();
        foreach (Layer layer in network.Layers)
        {
            if (layer is Linear)
            {
                layers.Add([]);
            }

            if (layer.Parameters.Count > 0)
            {
                layers[^1].AddRange(layer.Parameters);
            }
        }

        return [.. layers.SkipLast(1).Select(layer => layer.ToArray())];
    }
}
