using Evenkeel.Data;
using Evenkeel.Networks;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Probes;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Training;
using Evenkeel.Training;
using static Evenkeel.Studies.Training.StudyNetworks;

namespace Evenkeel.Studies.Studies;

/// <summary>Claim: after a sudden change of the inputs' distribution, a network with batch normalization adapts sooner.</summary>
/// <remarks>
/// Source: Ioffe and Szegedy 2015, section 1, where layers have to adapt to the changed distribution of their inputs. Running statistics
/// have to adapt as well, and so accuracy is also measured with the statistics of test batches.
/// </remarks>
internal sealed class DistributionSwitchStudy : MeasuredStudy
{
    private const string Switch = "switch";
    private const string Brightened = "brightened";
    private const string Inverted = "inverted";
    private const string Normalization = "normalization";
    private const string Accuracy = "test accuracy";
    private const string After = "test accuracy after the switch";
    private const string BatchAccuracy = "test accuracy, batch statistics";
    private const string Before = "before";
    private const string Drop = "drop";
    private const string Recovery = "updates to recover";
    private const string BatchRecovery = "with batch statistics";
    private const string Start = "from the start";
    private const string ByRate = "updates to recover, by rate";
    private const string BeforeByRate = "accuracy before, by rate";
    private const string Rate = "best rate";
    private const double Tolerance = 0.01;
    private const int Layers = 3;
    private const int Width = 100;
    private const int BatchSize = 100;
    private const int UpdateCount = 1_200;
    private const int TrainImages = 10_000;
    private const int TestImages = 1_000;

    /// <summary>The number of updates after the switch during which accuracy is measured at every update.</summary>
    private const int Near = 20;
    private const int MeasureEvery = 20;

    private static readonly string[] Switches = [Brightened, Inverted];
    private static readonly double[] Rates = [0.01, 0.03, 0.1, 0.3, 1];

    /// <inheritdoc/>
    public override string Name => "distribution-switch";

    /// <inheritdoc/>
    public override string Question =>
        "how soon does a network recover when all images suddenly become bright or inverted, with and without batch normalization?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization and a sudden change of the inputs";

    /// <inheritdoc/>
    public override string Claim =>
        "When the distribution of the inputs changes suddenly during training, a network with batch normalization regains its accuracy in "
        + "fewer updates than one without.";

    /// <inheritdoc/>
    public override string Measure =>
        "Test accuracy on images like those in training; updates after all images become bright, or inverted, until it is again within "
        + "one point of the accuracy before, each network at its best learning rate.";

    /// <inheritdoc/>
    public override string Criterion =>
        "The claim holds if, with both switches and in every seed, a network with batch normalization and running statistics takes fewer "
        + "updates to recover than one without normalization. It is refuted if it does with neither switch in any seed. A network has "
        + "recovered when it first reaches its accuracy before the switch, less one point; one that does not counts with all updates "
        + "after the switch. Layer normalization does not decide.";

    /// <inheritdoc/>
    public override string Published =>
        "“The change in the distributions of layers' inputs presents a problem because the layers need to continuously adapt to the new "
        + "distribution.” No experiment with such a change.";

    private protected override IReadOnlyList<string> Factors => [Switch, Normalization];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
        [new(Before, "P1"), new(Drop, "P1"), new(Recovery, "F0"), new(BatchRecovery, "F0"), new(Start, "F0"), new(Rate, "G2")];

    private protected override int MinImages => BatchSize;

    private protected override string Sources =>
        """
        <p>After Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization: Accelerating Deep Network
        Training by
        Reducing Internal Covariate Shift</a></cite> (2015), section 1. The paper has no such experiment; the settings were
        chosen with seed 0. The first run of three seeds had inverted images alone, from which new networks learn as well as from the
        original ones; brightened images were added after it, since the claim is about such a change, and count as much. With seed 0 they
        had shown no difference.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} units, ReLU; the normalization, where used, before each ReLU; He's initial "
            + "weights"),
        new("training", Invariant($"{input.Shortened(UpdateCount):N0} updates of stochastic gradient descent without momentum, batches of ")
            + Invariant($"{BatchSize}")),
        new(
            Brightened,
            "pixels x, from 0 to 1, enter the network as 0.3 x in the first half of the updates, and as 0.3 x + 0.7 in the second"),
        new(Inverted, "they enter it as x − ½ in the first half of the updates, and as ½ − x in the second"),
        new("learning rate", $"the one of {string.Join(", ", Rates.Select(rate => Invariant($"{rate}")))} with the highest mean accuracy "
            + "over the last tenth of the updates before the switch, chosen for each network and seed"),
        new("inference", "running statistics, in which a new batch has a weight of 0.1; as a second measurement, the statistics of test "
            + $"batches of {BatchSize}"),
        new(Start, "updates that the same network takes at first, with its initial weights, to reach the accuracy at which it counts as "
            + "recovered"),
        new("images", Invariant($"the first {TrainImages:N0} to train on, the first {TestImages:N0} of the test images to measure on, ")
            + $"every {MeasureEvery} updates and at each of the {Near} after the switch"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from change in Switches
        from normalization in new[] { Batch, None, NormalizationFamily.Layer }
        select new Trial([change, normalization], (recorder, token) => Train(input, change, normalization, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        bool[] sooner = [.. Switches.SelectMany(change => Sooner(measured.Where(Switch, change)))];
        return new Verdict(
            sooner.All(seed => seed) ? Finding.Holds : !sooner.Contains(true) ? Finding.DoesNotHold : Finding.NotShown,
            "Updates to recover with batch normalization, without normalization and with layer normalization: "
            + string.Join("; ", Switches.Select(change => $"{Text(change, Recovery)} on {change} images, where with initial weights they "
                + $"take {Text(change, Start)} to the same accuracy"))
            + ". With the statistics of test batches, those with batch normalization recover after "
            + string.Join(" and ", Switches.Select(change => RunsOf(measured, change, Batch).Last(BatchRecovery).Text("F0"))) + ".");

        string Text(string change, string quantity) => string.Join(", ", new[] { Batch, None, NormalizationFamily.Layer }
            .Select(normalization => RunsOf(measured, change, normalization).Last(quantity).Text("F0")));
    }

    /// <summary>Whether, in each seed, the network with batch normalization recovers in fewer updates.</summary>
    private static IEnumerable<bool> Sooner(Measurements measured) => measured.Where(Normalization, Batch).Runs.Join(
        measured.Where(Normalization, None).Runs, run => run.Seed, run => run.Seed, (a, b) => a.Last(Recovery) < b.Last(Recovery));

    private static Measurements RunsOf(Measurements measured, string change, string normalization) =>
        measured.Where(Switch, change).Where(Normalization, normalization);

    private protected override string Answer(Measurements measured) =>
        $"When all images suddenly become bright, a network first regains its accuracy after {Updates(measured, Brightened, Batch)} "
        + $"updates with batch normalization and {Updates(measured, Brightened, None)} without; when they are inverted, after "
        + $"{Updates(measured, Inverted, Batch)} with it and {Updates(measured, Inverted, None)} without.";

    private protected override string Story(MeasuredSettings settings) =>
        "The same network is trained on images, and from half of the updates on with brighter or with inverted ones, with batch "
        + $"normalization, with layer normalization and without normalization, {Html.Times(settings.Seeds)} each. Every network is "
        + $"trained at {Rates.Length} learning rates, and judged at the one that was best before the switch.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Batch, "with"), Of(None, "without")];

        Headline Of(string normalization, string with)
        {
            Measurements runs = RunsOf(measured, Inverted, normalization);
            return new Headline(
                Updates(measured, Inverted, normalization),
                $"updates after the images are inverted, a network {with} batch normalization is again within one point of its accuracy "
                + $"before it, {runs.Last(Before).MeanText("P1")}. With its initial weights it took "
                + $"{runs.Last(Start).MeanText("F0")} updates.",
                normalization);
        }
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured)
    {
        double last = measured.Runs.Max(run => run.Series(Accuracy).Select(point => point.X).DefaultIfEmpty(0).Max());
        double at = Math.Floor(last / 2);
        return
        [
            new(
                "How soon do the networks recover?",
                "Test accuracy after all images became bright (first chart) or inverted (second chart): those in training and those in the "
                + "test. The bands go from the lowest to the highest seed.",
                new Chart(After)
                {
                    XTitle = "updates after the switch", YTitle = Accuracy, YFormat = "%", YDomain = (0, 1), Panels = Switch, Columns = 2,
                }),
            new(
                "The whole training",
                "At the vertical line the images change. The second chart shows the same networks with the statistics of test "
                + "batches instead of running ones, so that only the weights have to adapt; without batch normalization, nothing changes.",
                Over(Accuracy, "test accuracy, running statistics", at),
                Over(BatchAccuracy, BatchAccuracy, at)),
            new(
                "At other learning rates",
                "Updates to recover at each learning rate, and the accuracy before the switch, by which the best rate is chosen. A network "
                + "that has learned little before the switch has little to recover.",
                AtRates(ByRate, "updates to recover", "d"),
                AtRates(BeforeByRate, "accuracy before the switch", "%")),
        ];
    }

    private static string Updates(Measurements measured, string change, string normalization)
    {
        SeedSummary updates = RunsOf(measured, change, normalization).Last(Recovery);
        return (updates.Highest >= UpdateCount / 2 ? "at least " : "") + updates.MeanText("F0");
    }

    private static Chart Over(string quantity, string title, double at) => new(quantity)
    {
        XTitle = "updates",
        YTitle = title,
        YFormat = "%",
        YDomain = (0, 1),
        XRule = (at, ""),
        Height = 220,
        Panels = Switch,
        Columns = 2,
    };

    private static Chart AtRates(string quantity, string title, string format) => new(quantity)
    {
        X = AxisKind.Log,
        XTitle = "learning rate (log scale)",
        XFormat = "~g",
        YTitle = title,
        YFormat = format,
        Height = 200,
        Panels = Switch,
        Columns = 2,
    };

    private static void Train(
        StudyInput input, string change, string normalization, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        (double Rate, Course Course)[] courses =
            [.. Rates.Select(rate => (rate, Train(input, change, normalization, rate, seed, cancellationToken)))];
        (double best, Course course) = courses.MaxBy(pair => pair.Course.Before);
        foreach (Point point in course.Points)
        {
            recorder.Add(Accuracy, point.ByRunning, point.Update);
            recorder.Add(BatchAccuracy, point.ByBatch, point.Update);
            if (point.Update >= course.Switch)
            {
                recorder.Add(After, point.ByRunning, point.Update - course.Switch);
            }
        }

        foreach ((double rate, Course at) in courses)
        {
            recorder.Add(ByRate, at.Recovery(point => point.ByRunning), rate);
            recorder.Add(BeforeByRate, at.Before, rate);
        }

        recorder.Add(Before, course.Before);
        recorder.Add(Drop, course.Before - course.Points.First(point => point.Update == course.Switch).ByRunning);
        recorder.Add(Recovery, course.Recovery(point => point.ByRunning));
        recorder.Add(BatchRecovery, course.Recovery(point => point.ByBatch));
        recorder.Add(Start, course.FirstReached());
        recorder.Add(Rate, best);
    }

    /// <summary>Trains a network at a learning rate, and measures it on images like those in training.</summary>
    private static Course Train(
        StudyInput input, string change, string normalization, double rate, int seed, CancellationToken cancellationToken)
    {
        ImageClassificationData images = input.Images!;
        Dataset<int> train = images.Train.TakeUpTo(TrainImages), test = images.Test.TakeUpTo(TestImages), shown = Original(test, change);
        Sequential network = Perceptron(
            images, Layers, Width, seed, new MultilayerPerceptronOptions { Normalization = StudyNetworks.Normalization(normalization) });
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(rate));
        int updates = input.Shortened(UpdateCount), half = updates / 2;
        var points = new List<Point>();
        TrainingLoop.Run(trainer, Original(train, change), BatchSize, half, seed, MeasureBefore, cancellationToken);
        double before = points.Where(point => 10 * point.Update > 9 * half).DefaultIfEmpty(points[^1]).Average(point => point.ByRunning);
        shown = Changed(test, change);
        Measure(half);
        TrainingLoop.Run(trainer, Changed(train, change), BatchSize, updates - half, seed + 1, MeasureAfter, cancellationToken);
        return new Course(half, updates, before, points);

        void MeasureBefore(int update, double loss)
        {
            if ((update % MeasureEvery == 0 && update < half) || update == Math.Max(1, half - 1))
            {
                Measure(update);
            }
        }

        void MeasureAfter(int update, double loss)
        {
            if (update <= Near || update % MeasureEvery == 0 || update == updates - half)
            {
                Measure(half + update);
            }
        }

        void Measure(int update)
        {
            double byRunning = trainer.Evaluate(shown, cancellationToken).Accuracy!.Value;
            double byBatch = normalization == Batch
                ? BatchInference.Accuracy(network, PoolBatches.Mixed(shown, BatchSize, seed), shown.Count / BatchSize, cancellationToken)
                : byRunning;
            points.Add(new Point(update, byRunning, byBatch));
        }
    }

    /// <summary>The images before the switch.</summary>
    private static Dataset<int> Original(Dataset<int> data, string change) =>
        change == Inverted ? Affine(data, 1, -0.5f) : Affine(data, 0.3f, 0);

    /// <summary>The images after the switch.</summary>
    private static Dataset<int> Changed(Dataset<int> data, string change) =>
        change == Inverted ? Affine(data, -1, 0.5f) : Affine(data, 0.3f, 0.7f);

    private static Dataset<int> Affine(Dataset<int> data, float contrast, float brightness) =>
        new(ImageShift.Affine(data.Inputs, contrast, brightness), data.Targets);

    /// <summary>Test accuracy after an update.</summary>
    private readonly record struct Point(int Update, double ByRunning, double ByBatch);

    /// <summary>The accuracy over a training, and the update at which the images change.</summary>
    private sealed record Course(int Switch, int Updates, double Before, IReadOnlyList<Point> Points)
    {
        /// <summary>The updates after the switch until the accuracy before it, less one point, is reached again; all if never.</summary>
        public int Recovery(Func<Point, double> accuracy) =>
            First(Points.Where(point => point.Update >= Switch), accuracy, otherwise: Updates) - Switch;

        /// <summary>The updates from the start until the same accuracy is reached.</summary>
        public int FirstReached() => First(Points.Where(point => point.Update < Switch), point => point.ByRunning, otherwise: Switch);

        private int First(IEnumerable<Point> points, Func<Point, double> accuracy, int otherwise) =>
            points.Where(point => accuracy(point) >= Before - Tolerance).Select(point => point.Update).FirstOrDefault(otherwise);
    }
}
