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

/// <summary>Claim: where batches contain few classes, batch normalization fails in inference, and Batch Renormalization does not.</summary>
/// <remarks>Source: Ioffe 2017, section 4.3, where batches of 32 hold 16 labels of 1,000; here they hold two classes.</remarks>
internal sealed class NonIidStudy : MeasuredStudy
{
    private const string Normalization = "normalization";
    private const string Training = "batches";
    private const string Mixed = "mixed";
    private const string Few = "two classes";
    private const string Accuracy = "test accuracy";
    private const string ByRunning = "running statistics";
    private const string ByMixed = "statistics of mixed batches";
    private const string ByFew = "statistics of batches of two classes";
    private const double Falls = 0.05;
    private const int Layers = 3;
    private const int Width = 100;
    private const int BatchSize = 32;
    private const int Classes = 2;
    private const double LearningRate = 0.1;
    private const double NewWeight = 0.01;
    private const int UpdateCount = 2_000;
    private const int MeasureEvery = 50;
    private const int TrainImages = 10_000;
    private const int TestImages = 1_000;

    /// <inheritdoc/>
    public override string Name => "non-iid";

    /// <inheritdoc/>
    public override string Question => "how well does a network do whose training batches contain only two classes each?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization and batches that are not drawn at random";

    /// <inheritdoc/>
    public override string Claim =>
        "Where each batch contains few classes, a network with batch normalization loses accuracy in inference; with Batch "
        + "Renormalization it does not.";

    /// <inheritdoc/>
    public override string Measure =>
        "Test accuracy with running statistics after training on mixed batches and on batches of two classes; and with the statistics "
        + "of such batches of test images.";

    /// <inheritdoc/>
    public override string Criterion =>
        "From mixed batches to batches of two classes, mean test accuracy with running statistics falls. The claim holds if "
        + Invariant($"it falls by at least {Falls * 100:F0} points with ")
        + "batch normalization, and by at most half as many with Batch Renormalization. It is refuted if it falls no less with Batch "
        + "Renormalization.";

    /// <inheritdoc/>
    public override string Published =>
        "Inception-v3 on ImageNet, batches of 16 labels with two images each: 67.0 % correct with batch normalization, and 78.5 % with "
        + "Batch Renormalization, the same as on batches drawn at random.";

    private protected override IReadOnlyList<string> Factors => [Normalization, Training];

    private protected override IReadOnlyList<QuantityColumn> TableColumns => [new(ByRunning, "P1"), new(ByMixed, "P1"), new(ByFew, "P1")];

    private protected override string Sources =>
        """
        <p>After Ioffe, <cite><a href="https://arxiv.org/abs/1702.03275">Batch Renormalization: Towards Reducing Minibatch Dependence in
        Batch-Normalized Models</a></cite> (2017), section 4.3.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} units, ReLU; the normalization, where used, before each ReLU; He's initial "
            + "weights"),
        new("training", $"{input.Shortened(UpdateCount):N0} updates of stochastic gradient descent at {LearningRate} without momentum, "
            + $"batches of {BatchSize}"),
        new("batches", $"mixed: drawn from all images; two classes: {BatchSize / Classes} images of each of {Classes} classes, drawn "
            + "anew for each batch"),
        new("running statistics", $"a new batch weighs {NewWeight}, as in the paper, with both normalizations"),
        new("renormalization", "the paper's schedule: from a twentieth of the updates on, r rises to 3 until two fifths of them, and d "
            + "to 5 until a quarter"),
        new("images", $"the first {TrainImages:N0} to train on, the first {TestImages:N0} of the test images to measure on, every "
            + $"{MeasureEvery} updates"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed)
    {
        ImageClassificationData images = input.Images!;
        Dataset<int> train = images.Train.TakeUpTo(TrainImages);
        Dataset<int> test = images.Test.TakeUpTo(TestImages);
        _ = Batches(Few, train, seed); // refuses images of too few classes before the first run
        _ = Batches(Few, test, seed);
        return
            from normalization in new[] { Batch, NormalizationFamily.Renorm, None }
            from training in new[] { Mixed, Few }
            select new Trial(
                [normalization, training],
                (recorder, token) => Train(input, train, test, normalization, training, seed, recorder, token));
    }

    private protected override Verdict Decide(Measurements measured)
    {
        double batch = Fall(measured, Batch), renorm = Fall(measured, NormalizationFamily.Renorm);
        SeedSummary recovered = Runs(measured, Batch, Few).Last(ByFew), alone = Runs(measured, Batch, Few).Last(ByRunning);
        return new Verdict(
            batch >= Falls && renorm <= batch / 2 ? Finding.Holds : renorm >= batch ? Finding.DoesNotHold : Finding.NotShown,
            "After training on two classes at a time instead of mixed batches, test accuracy changes by "
            + Invariant($"{-batch * 100:+0.0;−0.0} points with batch normalization, by {-renorm * 100:+0.0;−0.0} with Batch ")
            + Invariant($"Renormalization, and by {-Fall(measured, None) * 100:+0.0;−0.0} without either. ")
            + $"With the statistics of test batches of two classes, batch normalization classifies {recovered.MeanText("P1")} "
            + $"correctly; with running statistics, {alone.MeanText("P1")}.");
    }

    private protected override string Answer(Measurements measured)
    {
        return "After training on batches of two classes each, a network classifies "
            + $"{Accuracy(Batch)} of the test images correctly with batch normalization, and {Accuracy(NormalizationFamily.Renorm)} with "
            + "Batch Renormalization.";

        string Accuracy(string normalization) => Runs(measured, normalization, Few).Last(ByRunning).MeanText("P0");
    }

    private protected override string Story(MeasuredSettings settings) =>
        "The same network is trained from the same initial weights with batch normalization, with Batch Renormalization and without "
        + $"either, on batches drawn from all images and on batches of two classes, {Html.Times(settings.Seeds)} each.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Batch, "with batch normalization"), Of(NormalizationFamily.Renorm, "with Batch Renormalization")];

        Headline Of(string normalization, string with) => new(
            Runs(measured, normalization, Few).Last(ByRunning).MeanText("P1"),
            $"of the test images are classified correctly after training on two classes at a time {with}; "
            + $"{Runs(measured, normalization, Mixed).Last(ByRunning).MeanText("P1")} after training on mixed batches.",
            normalization);
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "Inference with running statistics",
            "On the left batches are mixed, on the right they contain two classes. A line that is jagged or stays low shows a "
            + "dependence on the batch.",
            new Chart(Accuracy)
            {
                XTitle = "updates", YTitle = Accuracy, YFormat = "%", YDomain = (0, 1), Panels = Training, Columns = 2, Height = 260,
            }),
        new(
            "Inference with the statistics of test batches",
            "Here test images are normalized with their neighbours in a batch, as in training. With batch normalization accuracy "
            + "depends on these neighbours; Batch Renormalization corrects towards its running statistics, within its limits r and d.",
            new Chart(ByRunning, ByMixed, ByFew)
            {
                XFactor = Training, X = AxisKind.Names, XTitle = "batches in training", YTitle = Accuracy, YFormat = "%", YDomain = (0, 1),
                Series = Chart.Quantity, Panels = Normalization, Height = 220,
            }),
    ];

    private static Measurements Runs(Measurements measured, string normalization, string training) =>
        measured.Where(Normalization, normalization).Where(Training, training);

    private static double Fall(Measurements measured, string normalization) =>
        Runs(measured, normalization, Mixed).Last(ByRunning).Mean - Runs(measured, normalization, Few).Last(ByRunning).Mean;

    private static PoolBatches Batches(string kind, Dataset<int> data, int seed) =>
        kind == Few ? PoolBatches.OfClasses(data, BatchSize, Classes, seed) : PoolBatches.Mixed(data, BatchSize, seed);

    private static void Train(
        StudyInput input,
        Dataset<int> train,
        Dataset<int> test,
        string normalization,
        string training,
        int seed,
        Recorder recorder,
        CancellationToken cancellationToken)
    {
        int updates = input.Shortened(UpdateCount);
        Sequential network = Perceptron(input.Images!, Layers, Width, seed, new MultilayerPerceptronOptions
        {
            Normalization = NormalizationFamily.Of(normalization, updates, NewWeight),
        });
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(LearningRate));
        PoolBatches batches = Batches(training, train, seed);
        double accuracy = 0;
        for (int update = 1; update <= updates; update++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            batches.MoveNext();
            trainer.Step(batches.Inputs, batches.Targets);
            if (update % MeasureEvery == 0 || update == updates)
            {
                accuracy = trainer.Evaluate(test, cancellationToken).Accuracy!.Value;
                recorder.Add(Accuracy, accuracy, update);
            }
        }

        recorder.Add(ByRunning, accuracy);
        if (normalization != None)
        {
            int count = test.BatchCount(BatchSize);
            recorder.Add(ByMixed, BatchInference.Accuracy(network, Batches(Mixed, test, seed), count, cancellationToken));
            recorder.Add(ByFew, BatchInference.Accuracy(network, Batches(Few, test, seed), count, cancellationToken));
        }
    }
}
