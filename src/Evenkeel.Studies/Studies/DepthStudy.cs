using System.Globalization;
using Evenkeel.Data;
using Evenkeel.Networks;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Training;
using Evenkeel.Training;
using static Evenkeel.Studies.Training.StudyNetworks;

namespace Evenkeel.Studies.Studies;

/// <summary>Claim: with batch normalization deeper networks can be trained, plain and residual ones.</summary>
/// <remarks>
/// Sources: Ioffe and Szegedy 2015, section 1, for the claim; He et al. 2015, "Deep Residual Learning", for residual blocks and for plain
/// networks that become worse with depth in spite of batch normalization; De and Smith 2020 for deep residual networks without it.
/// </remarks>
internal sealed class DepthStudy : MeasuredStudy
{
    private const string Normalization = "normalization";
    private const string Structure = "network";
    private const string Depth = "layers";
    private const string Plain = "plain";
    private const string WithShortcuts = "residual";
    private const string Accuracy = "test accuracy";
    private const string TrainLoss = "train loss";
    private const string BestRate = "best learning rate";
    private const string ByRate = "test accuracy at a learning rate";
    private const string BatchLoss = "loss of the batches";
    private const double Margin = 0.05;
    private const int Width = 50;
    private const int BatchSize = 50;
    private const double Momentum = 0.9;
    private const int UpdateCount = 600;
    private const int MeasureEvery = 20;
    private const int TrainImages = 10_000;
    private const int MeasuredImages = 2_000;

    private static readonly int[] Depths = [6, 10, 20, 40];

    private static readonly double[] Rates = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];

    /// <inheritdoc/>
    public override string Name => "depth";

    /// <inheritdoc/>
    public override string Question => "can deeper networks be trained with batch normalization than without, plain and residual ones?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization and the depth of networks";

    /// <inheritdoc/>
    public override string Claim =>
        "With batch normalization deeper networks can be trained than without, whether they are plain or residual.";

    /// <inheritdoc/>
    public override string Measure =>
        "Test accuracy of networks of 6, 10, 20 and 40 layers after 600 updates, each at the learning rate of its lowest train loss.";

    /// <inheritdoc/>
    public override string Criterion =>
        Invariant($"A network trains if its mean test accuracy is within {100 * Margin} points of the best mean of all networks. The ")
        + "claim holds if, among plain networks and among residual ones, the deepest that trains is deeper with batch normalization than "
        + "without. It is refuted if it is deeper in neither case.";

    /// <inheritdoc/>
    public override string Published =>
        "He et al.: with batch normalization, a plain network of 34 layers has a higher train error than one of 18, and a residual "
        + "network a lower one. De and Smith: without it, deep residual networks need blocks that start close to the identity.";

    private protected override IReadOnlyList<string> Factors => [Structure, Depth, Normalization];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
        [new(Accuracy, "P1"), new(TrainLoss, "F2"), new(BestRate, "G2")];

    private protected override string Sources =>
        """
        <p>The claim: Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization: Accelerating Deep Network
        Training by
        Reducing Internal Covariate Shift</a></cite> (2015), section 1. Plain and residual networks: He et al., <cite><a
        href="https://arxiv.org/abs/1512.03385">Deep Residual Learning for Image Recognition</a></cite> (2015), sections 3 and 4.1.
        Residual networks without normalization: De and Smith, <cite><a href="https://arxiv.org/abs/2002.10444">Batch Normalization Biases
        Residual Blocks Towards the Identity Function in Deep Networks</a></cite> (2020).</p>
        <p>Width, batch size, updates and learning rates were chosen with one seed, before the first run of three. With that seed, learning
        rates down to 0.000003 did not train the residual network of 40 layers without batch normalization, and 5,000 updates did not train
        the plain one of 40 layers with it.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("plain networks", $"linear layers with weights, {string.Join(", ", Depths)} in all, all but the last of {Width} units and "
            + "followed by a ReLU; batch normalization, where used, before each ReLU; He's initial weights"),
        new("residual networks", "the same layers, but those between the first and the last in blocks of two, with a shortcut around "
            + "each block and the block's last ReLU after the sum; the same initial weights; so their numbers of layers are even, and the "
            + "least depth is 6"),
        new("training", Invariant($"{input.Shortened(UpdateCount):N0} updates of stochastic gradient descent, batches of {BatchSize}, ")
            + Invariant($"momentum {Momentum}")),
        new("learning rates", string.Join(", ", Rates.Select(rate => rate.ToString(CultureInfo.InvariantCulture)))
            + "; a network is judged at the one after which its loss on "
            + $"the first {MeasuredImages:N0} training images, in inference, is lowest; test images have no part in this choice"),
        new("images", $"the first {TrainImages:N0} to train on, the first {MeasuredImages:N0} of the test images to measure on"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from structure in new[] { Plain, WithShortcuts }
        from depth in Depths
        from normalization in new[] { Batch, None }
        select new Trial(
            [structure, depth.ToString(CultureInfo.InvariantCulture), normalization],
            (recorder, token) => Train(input, structure, depth, normalization, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        bool[] deeper =
            [.. measured.Levels(Structure).Select(structure => Deepest(measured, structure, Batch) > Deepest(measured, structure, None))];
        int most = Depths[^1];
        return new Verdict(
            deeper.All(isDeeper => isDeeper) ? Finding.Holds : !deeper.Any(isDeeper => isDeeper) ? Finding.DoesNotHold : Finding.NotShown,
            $"{Sentence(measured)} Test accuracy with {most} layers is {At(Plain, Batch)} with and {At(Plain, None)} without batch "
            + $"normalization in plain networks, {At(WithShortcuts, Batch)} and {At(WithShortcuts, None)} in residual ones.");

        string At(string structure, string normalization) =>
            Runs(measured, structure, normalization).Where(Depth, Html.Number(most)).Last(Accuracy).MeanText("P1");
    }

    private protected override string Answer(Measurements measured) => Sentence(measured);

    private protected override string Story(MeasuredSettings settings) =>
        "Networks of different depths are trained from the same initial weights, with the same number of updates, with and without batch "
        + $"normalization, {Html.Times(settings.Seeds)} each at every learning rate; plain ones, and residual ones, in which a shortcut "
        + "leads around every two layers.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Batch, "with"), Of(None, "without")];

        Headline Of(string normalization, string with) => new(
            Html.Number(Deepest(measured, WithShortcuts, normalization)),
            $"layers is the depth up to which residual networks train {with} batch normalization; for plain ones it is "
            + $"{Html.Number(Deepest(measured, Plain, normalization))}.",
            normalization);
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "How deep?",
            Invariant($"Each point is a network at its best learning rate. One counts as trained above the dotted line, {100 * Margin:F0} ")
            + "points below the best; a residual network has shortcuts around its layers.",
            new Chart(Accuracy)
            {
                XFactor = Depth, X = AxisKind.Log, XTitle = "layers (log scale)", YTitle = Accuracy, YFormat = "%", YDomain = (0, 1),
                Panels = Structure, Columns = 2, Height = 260, Rule = (Best(measured) - Margin, ""),
            }),
        new(
            "At which learning rates?",
            "Test accuracy at each learning rate, a chart for each number of layers: plain networks first, residual ones below. A network "
            + "that fails does so at each of these rates.",
            Rated(Plain),
            Rated(WithShortcuts)),
        new(
            "Do they fail to fit, or to generalize?",
            $"The loss of the training batches at the best learning rate, a mean over {MeasureEvery} updates; plain networks first. Where "
            + "it stays high, the network does not even fit its training images; where it is missing, it is not a finite number.",
            Curves(Plain),
            Curves(WithShortcuts)),
    ];

    private static Chart Rated(string structure) => new(ByRate)
    {
        X = AxisKind.Log,
        XTitle = $"learning rate, {structure} networks (log scale)",
        XFormat = "~g",
        YTitle = Accuracy,
        YFormat = "%",
        YDomain = (0, 1),
        Panels = Depth,
        Columns = 4,
        Height = 150,
        Only = (Structure, structure),
    };

    private static Chart Curves(string structure) => new(BatchLoss)
    {
        XTitle = $"updates, {structure} networks",
        YTitle = "loss",
        Panels = Depth,
        Columns = 4,
        Height = 150,
        Only = (Structure, structure),
    };

    private static string Sentence(Measurements measured)
    {
        return $"With batch normalization, plain networks train up to {Layers(Plain, Batch)} layers deep and residual ones up to "
            + $"{Layers(WithShortcuts, Batch)}; without it, up to {Layers(Plain, None)} and up to {Layers(WithShortcuts, None)}.";

        string Layers(string structure, string normalization) => Html.Number(Deepest(measured, structure, normalization));
    }

    /// <summary>The number of layers of the deepest network that trains; 0 if none does.</summary>
    private static int Deepest(Measurements measured, string structure, string normalization)
    {
        Measurements runs = Runs(measured, structure, normalization);
        double enough = Best(measured) - Margin;
        return runs.Levels(Depth)
            .Where(depth => runs.Where(Depth, depth).Last(Accuracy).Mean >= enough)
            .Select(depth => int.Parse(depth, CultureInfo.InvariantCulture))
            .DefaultIfEmpty(0)
            .Max();
    }

    /// <summary>The highest mean accuracy of all networks.</summary>
    private static double Best(Measurements measured) =>
        measured.Runs.GroupBy(run => string.Join('|', run.Conditions.Values)).Max(runs => new Measurements(runs).Last(Accuracy).Mean);

    private static Measurements Runs(Measurements measured, string structure, string normalization) =>
        measured.Where(Structure, structure).Where(Normalization, normalization);

    /// <summary>Trains a network at each learning rate, and records the best.</summary>
    private static void Train(
        StudyInput input,
        string structure,
        int depth,
        string normalization,
        int seed,
        Recorder recorder,
        CancellationToken cancellationToken)
    {
        Training[] trainings =
        [
            .. from rate in Rates
               let network = Network(input.Images!, structure, depth, normalization, seed)
               select Train(input, network, rate, seed, cancellationToken),
        ];
        Training best = trainings.MinBy(training => double.IsFinite(training.TrainLoss) ? training.TrainLoss : double.PositiveInfinity)!;
        recorder.Add(Accuracy, best.Accuracy);
        recorder.Add(TrainLoss, best.TrainLoss);
        recorder.Add(BestRate, best.Rate);
        foreach (Training training in trainings)
        {
            recorder.Add(ByRate, training.Accuracy, training.Rate);
        }

        foreach ((int update, double loss) in best.BatchLosses)
        {
            recorder.Add(BatchLoss, loss, update);
        }
    }

    private static Training Train(StudyInput input, Sequential network, double rate, int seed, CancellationToken cancellationToken)
    {
        Dataset<int> train = input.Images!.Train.TakeUpTo(TrainImages);
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(rate, Momentum));
        int updates = input.Shortened(UpdateCount), every = Math.Min(MeasureEvery, updates);
        var losses = new List<(int, double)>();
        double sum = 0;
        TrainingLoop.Run(trainer, train, BatchSize, updates, seed, Measure, cancellationToken);
        return new Training(
            rate,
            trainer.Evaluate(train.TakeUpTo(MeasuredImages), cancellationToken).Loss,
            trainer.Evaluate(input.Images.Test.TakeUpTo(MeasuredImages), cancellationToken).Accuracy!.Value,
            losses);

        void Measure(int update, double loss)
        {
            sum += loss / every;
            if (update % every == 0)
            {
                losses.Add((update, sum));
                sum = 0;
            }
        }
    }

    private static Sequential Network(ImageClassificationData images, string structure, int depth, string normalization, int seed) =>
        structure == WithShortcuts
            ? ResidualPerceptron(images, (depth - 2) / 2, Width, seed, StudyNetworks.Normalization(normalization))
            : Perceptron(images, depth - 1, Width, seed, new MultilayerPerceptronOptions
            {
                Normalization = StudyNetworks.Normalization(normalization),
            });

    /// <summary>A network after training at one learning rate.</summary>
    private sealed record Training(double Rate, double TrainLoss, double Accuracy, IReadOnlyList<(int Update, double Loss)> BatchLosses);
}
