using System.Globalization;
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

/// <summary>Claim: with batch normalization the loss oscillates less in the first updates.</summary>
/// <remarks>
/// Source: Santurkar et al. 2018, sections 3 and 3.1, for a loss that changes less along a step; the count of rises is this study's own.
/// </remarks>
internal sealed class EarlyOscillationStudy : MeasuredStudy
{
    private const string Normalization = "normalization";
    private const string Rate = "learning rate";
    private const string Loss = "training loss";
    private const string Fraction = "fraction of updates that raise the loss";
    private const string Size = "sum of rises over sum of falls";
    private const string Relative = "mean rise relative to the loss";
    private const string Before = "loss before the first update";
    private const string After = "loss of the last updates";
    private const int Layers = 5;
    private const int Width = 100;
    private const int BatchSize = 100;
    private const int UpdateCount = 100;
    private const int SampleImages = 1_000;

    /// <summary>The number of last losses that are averaged.</summary>
    private const int Last = 10;

    /// <summary>A network trains if its loss falls to this fraction of the first one.</summary>
    private const double Trained = 0.5;

    private static readonly double[] Rates = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

    private static readonly string[] Deciding = [Fraction, Size];

    /// <inheritdoc/>
    public override string Name => "early-oscillation";

    /// <inheritdoc/>
    public override string Question => "does the loss rise less often and less far in the first updates with batch normalization?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization and the loss of the first updates";

    /// <inheritdoc/>
    public override string Claim =>
        "Early in training the loss oscillates less with batch normalization: fewer updates raise it, and the rises are smaller.";

    /// <inheritdoc/>
    public override string Measure =>
        "The fraction of the first 100 updates that raise the loss on a fixed sample of training images, and the sum of these rises over "
        + "the sum of the falls, at eight learning rates.";

    /// <inheritdoc/>
    public override string Criterion =>
        "Both networks train at a learning rate if, in every seed, the mean loss after the last ten updates is at most half the loss "
        + "before the first. The claim holds if, averaged over the rates at which both train, the fraction and the sum of rises over "
        + "the sum of falls are both smaller with batch normalization in every seed. It is refuted if both are larger in every seed.";

    /// <inheritdoc/>
    public override string Published =>
        "Santurkar et al., figure 4: along a step the loss of VGG on CIFAR-10 varies less with batch normalization, most of all early in "
        + "training.";

    private protected override IReadOnlyList<string> Factors => [Normalization, Rate];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
        [new(Fraction, "P0"), new(Size, "P1"), new(Relative, "P1"), new(Before, "F2"), new(After, "G3")];

    private protected override string Sources =>
        """
        <p>The claim is a common reading of Santurkar, Tsipras, Ilyas and Madry, <cite><a href="https://arxiv.org/abs/1805.11604">How Does
        Batch Normalization Help Optimization?</a></cite> (2018), sections 3 and 3.1. They measure the loss along one step, and do not
        count rises. The network and the learning rates are those of the study of the learning rate; settings and criterion were chosen
        before the first run of three seeds.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} units, ReLU; batch normalization, where used, before each ReLU; He's initial "
            + "weights"),
        new("training", Invariant($"{input.Shortened(UpdateCount)} updates of stochastic gradient descent without momentum, batches of ")
            + Invariant($"{BatchSize} from all training images")),
        new("loss", Invariant($"before the first and after each update, on the first {SampleImages:N0} training images in one batch, ")
            + "normalized by the statistics of this batch; running statistics are not used"),
        new("own best rate", Invariant($"the one with the lowest loss after the last {Last} updates, averaged over these and the seeds")),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from rate in Rates
        from normalization in new[] { Batch, None }
        select new Trial(
            [normalization, rate.ToString(CultureInfo.InvariantCulture)],
            (recorder, token) => Train(input, normalization, rate, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        Measurements common = Common(measured), with = common.Where(Normalization, Batch), without = common.Where(Normalization, None);
        if (common.Runs.Count == 0)
        {
            return new Verdict(Finding.NotShown, "At no learning rate do both networks train.");
        }

        return new Verdict(
            Deciding.All(quantity => with.IsBelowInEverySeed(without, quantity)) ? Finding.Holds
                : Deciding.All(quantity => without.IsBelowInEverySeed(with, quantity)) ? Finding.DoesNotHold
                : Finding.NotShown,
            $"Both networks train at {string.Join(", ", common.Levels(Rate))}. There, {Percent(with)} of the first updates raise the loss "
            + $"with batch normalization and {Percent(without)} without; the rises are {Number(with)} and {Number(without)} of the falls. "
            + $"At its own best rate, {Best(measured, Batch)} with batch normalization and {Best(measured, None)} without.");

        static string Best(Measurements measured, string normalization)
        {
            Measurements best = EarlyOscillationStudy.Best(measured, normalization);
            return best.Runs.Count == 0
                ? "which no network has"
                : $"{best.Levels(Rate)[0]}, it is {Percent(best)} and {Number(best)}";
        }
    }

    private protected override string Answer(Measurements measured)
    {
        Measurements common = Common(measured);
        return common.Runs.Count == 0
            ? "At no learning rate does a network learn in its first updates both with and without batch normalization."
            : $"Of the first {UpdateCount} updates, {Percent(common.Where(Normalization, Batch))} raise the loss with batch normalization, "
                + $"and {Percent(common.Where(Normalization, None))} without, at the learning rates at which both networks learn quickly "
                + $"({string.Join(", ", common.Levels(Rate))}).";
    }

    private protected override string Story(MeasuredSettings settings) =>
        $"The same network is trained at {Rates.Length} learning rates from the same initial weights, with and without batch "
        + $"normalization, {Html.Times(settings.Seeds)} each. Before the first and after each update, the loss is computed on the same "
        + "training images.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Batch, "with"), Of(None, "without")];

        Headline Of(string normalization, string with)
        {
            Measurements best = Best(measured, normalization);
            return new Headline(
                best.Runs.Count == 0 ? "None" : Percent(best),
                best.Runs.Count == 0
                    ? $"of the learning rates is one at which a network learns {with} batch normalization."
                    : $"of the first updates raise the loss {with} batch normalization at its own best learning rate, "
                        + $"{best.Levels(Rate)[0]}. What these updates add is {Number(best)} of what the others take away.",
                normalization);
        }
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "How often does an update raise the loss?",
            "Each point is a network. Where the points end, training has diverged. At a high learning rate any network "
            + "oscillates, so that the numbers below compare the two each at its own best rate.",
            Over(Fraction, "updates that raise the loss", "%")),
        new(
            "How far does it rise?",
            "All rises together, over all falls together: at 0 % the loss only falls, and at 100 % it ends where it began.",
            Over(Size, Size, "%")),
        new(
            "The loss of the first updates",
            "On the same training images, a chart for each learning rate and a line for each seed. A line that leaves its chart at the top "
            + "is a loss above 10; where a line ends, the loss is no longer a number.",
            new Chart(Loss)
            {
                XTitle = "updates", YTitle = "loss (log scale)", Y = AxisKind.Log, YDomain = (0.1, 10), Panels = Rate, Height = 150,
                BySeed = true,
            }),
    ];

    private static Chart Over(string quantity, string title, string format) => new(quantity)
    {
        XFactor = Rate,
        X = AxisKind.Log,
        XTitle = "learning rate (log scale)",
        YTitle = title,
        YFormat = format,
    };

    private static string Percent(Measurements runs) => runs.Last(Fraction).MeanText("P0");

    private static string Number(Measurements runs) => runs.Last(Size).MeanText("P1");

    private static bool Trains(Measurements runs) => runs.Runs.All(run => run.Last(After) <= Trained * run.Last(Before));

    /// <summary>The runs at the rates at which networks train with and without batch normalization.</summary>
    private static Measurements Common(Measurements measured)
    {
        string[] rates = [.. measured.Levels(Rate).Where(rate => Trains(measured.Where(Rate, rate)))];
        return new Measurements(measured.Runs.Where(run => rates.Contains(run.Conditions[Rate])));
    }

    /// <summary>The runs at the rate with the lowest loss at the end; none if networks train at no rate.</summary>
    private static Measurements Best(Measurements measured, string normalization)
    {
        Measurements runs = measured.Where(Normalization, normalization);
        return runs.Levels(Rate).Select(rate => runs.Where(Rate, rate)).Where(Trains).MinBy(at => at.Last(After).Mean)
            ?? new Measurements([]);
    }

    private static void Train(
        StudyInput input, string normalization, double rate, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        Dataset<int> train = input.Images!.Train, sample = train.TakeUpTo(SampleImages);
        Sequential network = Perceptron(
            input.Images,
            Layers,
            Width,
            seed,
            new MultilayerPerceptronOptions { Normalization = StudyNetworks.Normalization(normalization) });
        var crossEntropy = new SoftmaxCrossEntropy();
        var losses = new List<double>();
        Measure(update: 0);
        TrainingLoop.Run(
            new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(rate)),
            train,
            BatchSize,
            input.Shortened(UpdateCount),
            seed,
            (update, _) => Measure(update),
            cancellationToken);
        double[] changes = [.. losses.Zip(losses.Skip(1), (before, after) => after - before)];
        bool finite = losses.All(double.IsFinite);
        double[] relative = [.. changes.Zip(losses, (change, before) => change / before).Where(change => change > 0)];
        recorder.Add(Fraction, finite ? (double)changes.Count(change => change > 0) / changes.Length : double.NaN);
        recorder.Add(Size, finite ? changes.Where(change => change > 0).Sum() / -changes.Where(change => change < 0).Sum() : double.NaN);
        recorder.Add(Relative, finite ? relative.DefaultIfEmpty(0).Average() : double.NaN);
        recorder.Add(Before, losses[0]);
        recorder.Add(After, losses.TakeLast(Last).Average());

        void Measure(int update)
        {
            network.SetSource(StatisticsSource.Batch);
            losses.Add(crossEntropy.Forward(network.Predict(sample.Inputs), sample.Targets));
            network.SetSource(StatisticsSource.ByPass);
            recorder.Add(Loss, losses[^1], update);
        }
    }
}
