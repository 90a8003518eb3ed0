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

/// <summary>Claim: batch normalization allows higher learning rates, and so learns in fewer updates.</summary>
/// <remarks>Source: Ioffe and Szegedy 2015, sections 3.3 and 4.2, on a network that trains in seconds.</remarks>
internal sealed class LearningRateStudy : MeasuredStudy
{
    private const string Normalization = "normalization";
    private const string Rate = "learning rate";
    private const string Accuracy = "test accuracy";
    private const string Final = "final test accuracy";
    private const string UpdatesToGoal = "updates to 90 %";
    private const double Goal = 0.9;
    private const int Layers = 5;
    private const int Width = 100;
    private const int BatchSize = 100;
    private const int UpdateCount = 500;
    private const int MeasureEvery = 10;
    private const int TrainImages = 10_000;
    private const int TestImages = 1_000;

    private static readonly double[] Rates = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

    /// <inheritdoc/>
    public override string Name => "learning-rate";

    /// <inheritdoc/>
    public override string Question =>
        "up to which learning rate does a network train, and how fast, with and without batch normalization?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization and the learning rate";

    /// <inheritdoc/>
    public override string Claim =>
        "With batch normalization a network trains at higher learning rates, and reaches an accuracy in fewer updates.";

    /// <inheritdoc/>
    public override string Measure => "Test accuracy after 500 updates at nine learning rates, and updates until it first reaches 90 %.";

    /// <inheritdoc/>
    public override string Criterion =>
        "The claim holds if the largest rate whose mean final accuracy reaches 90 % is at least three times as high with batch "
        + "normalization, and the fewest mean updates to 90 %, each at its own best rate, are fewer. It is refuted if neither is the "
        + "case and a network without it reaches 90 %.";

    /// <inheritdoc/>
    public override string Published =>
        "Inception reaches 72.2 % after 31.0 million steps without batch normalization, after 13.3 million with it, and after 2.1 "
        + "million with it and 5 times the learning rate.";

    private protected override IReadOnlyList<string> Factors => [Normalization, Rate];

    private protected override IReadOnlyList<QuantityColumn> TableColumns => [new(Final, "P1"), new(UpdatesToGoal, "F0")];

    private protected override string Sources =>
        """
        <p>After Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization: Accelerating Deep Network
        Training by
        Reducing Internal Covariate Shift</a></cite> (2015), sections 3.3 and 4.2; the weights are He's (2015).</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} units, ReLU; batch normalization, where used, before each ReLU; He's initial "
            + "weights"),
        new("training", $"{input.Shortened(UpdateCount)} updates of stochastic gradient descent without momentum, batches of {BatchSize}"),
        new("images", $"the first {TrainImages:N0} to train on, the first {TestImages:N0} of the test images to measure on, every "
            + $"{MeasureEvery} updates"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from rate in Rates
        from normalization in new[] { Batch, None }
        select new Trial(
            [normalization, rate.ToString(CultureInfo.InvariantCulture)],
            (recorder, token) => Train(input, normalization, rate, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        (double largest, double fewest) = Best(measured, Batch);
        (double largestWithout, double fewestWithout) = Best(measured, None);
        bool higher = largest > 0 && largest >= 2.99 * largestWithout, sooner = fewest < fewestWithout;
        return new Verdict(
            higher && sooner ? Finding.Holds : !higher && !sooner && largestWithout > 0 ? Finding.DoesNotHold : Finding.NotShown,
            Invariant($"Networks reach 90 % {UpTo(largest)} with batch normalization, and {UpTo(largestWithout)} without; at their best ")
            + Invariant($"rates they take {Count(fewest)} and {Count(fewestWithout)} updates."));
    }

    private static string UpTo(double rate) => rate > 0 ? Invariant($"up to a rate of {rate}") : "at no rate";

    private static string Count(double updates) => double.IsFinite(updates) ? updates.ToString("F0", CultureInfo.InvariantCulture) : "more";

    private protected override string Answer(Measurements measured) =>
        Invariant($"With batch normalization, a network trains {UpTo(Best(measured, Batch).Largest)}; without it, ")
        + Invariant($"{UpTo(Best(measured, None).Largest)}.");

    private protected override string Story(MeasuredSettings settings) =>
        $"The same network is trained at {Rates.Length} learning rates from the same initial weights, with and without batch "
        + $"normalization, {Html.Times(settings.Seeds)} each.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Batch, "with"), Of(None, "without")];

        Headline Of(string normalization, string with)
        {
            (double largest, double fewest) = Best(measured, normalization);
            return new Headline(
                largest > 0 ? largest.ToString(CultureInfo.InvariantCulture) : "None",
                $"is the largest learning rate at which networks train {with} batch normalization. At the best rate they reach 90 % "
                + $"after {Count(fewest)} updates.",
                normalization);
        }
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "Which rates train?",
            "Each point is a network. On the left, learning is slow; on the right, it breaks down.",
            new Chart(Final)
            {
                XFactor = Rate, X = AxisKind.Log, XTitle = "learning rate (log scale)",
                YTitle = "test accuracy after the last update", YFormat = "%", YDomain = (0, 1), Rule = (Goal, "90 %"),
            }),
        new(
            "How fast?",
            "Test accuracy over the updates, a chart for each learning rate.",
            new Chart(Accuracy)
            {
                XTitle = "updates", YTitle = Accuracy, YFormat = "%", YDomain = (0, 1), Panels = Rate, Height = 150,
            }),
    ];

    /// <summary>The largest rate that reaches the goal, and the fewest updates to it at any rate; 0 and infinity where none does.</summary>
    private static (double Largest, double Fewest) Best(Measurements measured, string normalization)
    {
        Measurements runs = measured.Where(Normalization, normalization);
        double largest = 0, fewest = double.PositiveInfinity;
        foreach (string rate in runs.Levels(Rate))
        {
            Measurements at = runs.Where(Rate, rate);
            if (at.Last(Final).Mean >= Goal)
            {
                largest = Math.Max(largest, double.Parse(rate, CultureInfo.InvariantCulture));
            }

            double updates = at.Last(UpdatesToGoal).Mean;
            fewest = updates < fewest ? updates : fewest;
        }

        return (largest, fewest);
    }

    private static void Train(
        StudyInput input, string normalization, double rate, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        ImageClassificationData images = input.Images!;
        Sequential network = Perceptron(
            images, Layers, Width, seed, new MultilayerPerceptronOptions { Normalization = StudyNetworks.Normalization(normalization) });
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(rate));
        Dataset<int> train = images.Train.TakeUpTo(TrainImages);
        Dataset<int> test = images.Test.TakeUpTo(TestImages);
        double accuracy = 0, reached = double.NaN;
        TrainingLoop.Run(trainer, train, BatchSize, input.Shortened(UpdateCount), seed, Measure, cancellationToken);
        recorder.Add(Final, accuracy);
        recorder.Add(UpdatesToGoal, reached);

        void Measure(int update, double loss)
        {
            if (update % MeasureEvery == 0 || update == input.Shortened(UpdateCount))
            {
                accuracy = trainer.Evaluate(test, cancellationToken).Accuracy!.Value;
                recorder.Add(Accuracy, accuracy, update);
                reached = double.IsNaN(reached) && accuracy >= Goal ? update : reached;
            }
        }
    }
}
