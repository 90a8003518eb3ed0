using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Training;
using Evenkeel.Training;
using static Evenkeel.Studies.Training.StudyNetworks;

namespace Evenkeel.Studies.Studies;

/// <summary>Claim: batch normalization regularizes because the other samples in a sample's batch are others each time.</summary>
/// <remarks>
/// Source: Ioffe and Szegedy 2015, section 3.4. Statistics of all training images, with gradients through them, take the other samples'
/// influence away; noise like that of a batch's statistics, added to these, shows whether the influence is more than noise.
/// </remarks>
internal sealed class BatchMatesStudy : MeasuredStudy
{
    private const string Statistics = "statistics";
    private const string Reshuffled = "reshuffled";
    private const string Fixed = "fixed";
    private const string Population = "all images";
    private const string Noisy = "all + noise";
    private const string TrainAccuracy = "train accuracy";
    private const string TestAccuracy = "test accuracy";
    private const string Gap = "train minus test";
    private const string TestLoss = "test loss";
    private const string FinalLoss = "final test loss";
    private const int Layers = 2;
    private const int Width = 100;
    private const double LearningRate = 0.1;
    private const int BatchSize = 10;
    private const int UpdateCount = 2_000;
    private const int MeasureEvery = 100;
    private const int TrainImages = 500;
    private const int TestImages = 5_000;

    private static readonly string[] Deciding = [Gap, FinalLoss];

    /// <inheritdoc/>
    public override string Name => "batch-mates";

    /// <inheritdoc/>
    public override string Question =>
        "does batch normalization regularize because a sample's batch contains other samples each time?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization and the other samples of a batch";

    /// <inheritdoc/>
    public override string Claim =>
        "Batch normalization regularizes because a sample's batch contains other samples each time: in fixed batches, or with the "
        + "statistics of all training images, a network overfits more.";

    /// <inheritdoc/>
    public override string Measure =>
        $"Train minus test accuracy, and test loss, after training on {TrainImages} images with four kinds of statistics.";

    /// <inheritdoc/>
    public override string Criterion =>
        "The claim holds if, in every seed, train minus test accuracy and test loss are smaller with reshuffled batches than with fixed "
        + "ones, and smaller than with the statistics of all training images. It is refuted if, against one of these two, neither mean is "
        + "smaller. Statistics of all images with noise do not decide.";

    /// <inheritdoc/>
    public override string Published =>
        "“A training example is seen in conjunction with other examples in the mini-batch, and the training network no longer producing "
        + "deterministic values for a given training example.” No numbers.";

    private protected override IReadOnlyList<string> Factors => [Statistics];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
        [new(TrainAccuracy, "P1"), new(TestAccuracy, "P1"), new(Gap, "P1"), new(FinalLoss, "F3")];

    private protected override int MinImages => 2 * BatchSize;

    private protected override string Sources =>
        """
        <p>After Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization: Accelerating Deep Network
        Training by
        Reducing Internal Covariate Shift</a></cite> (2015), section 3.4. The paper gives no experiment; the settings and the criterion
        were chosen with seed 0 before the first run of three seeds. Batches of 20 images were tried as well, and showed smaller
        differences of the same kind.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} units, ReLU; batch normalization before each ReLU; He's initial weights"),
        new("training", Invariant($"{input.Shortened(UpdateCount):N0} updates of stochastic gradient descent without momentum at ")
            + Invariant($"{LearningRate}, each with the loss of {BatchSize} images")),
        new(Reshuffled, "the images are divided into batches anew in each epoch, as usual; statistics of the batch"),
        new(Fixed, "the images are divided once, and only the order of the batches changes; statistics of the batch"),
        new(Population, "batches are reshuffled, but all training images pass the network at each update, and their mean and variance "
            + "normalize, with gradients through them; only the batch has a loss"),
        new(Noisy, $"the same, but before γ and β, x̂ becomes (x̂ − a)/√v: at each update and for each unit, a is the mean and v the "
            + $"variance of {BatchSize} random numbers from a standard normal distribution"),
        new("inference", "with mean and variance of all training images under the current weights, in all networks"),
        new("images", Invariant($"the first {TrainImages:N0} to train on, the first {TestImages:N0} of the test images to measure on, ")
            + Invariant($"every {MeasureEvery} updates")),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from statistics in new[] { Reshuffled, Fixed, Population, Noisy }
        select new Trial([statistics], (recorder, token) => Train(input, statistics, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        Measurements usual = measured.Where(Statistics, Reshuffled);
        string[] others = [Fixed, Population];
        bool holds = others.All(other => Deciding.All(quantity => InEverySeed(other, quantity)));
        bool refuted = others.Any(other => !Deciding.Any(quantity => usual.Last(quantity).Mean < Mean(measured, other, quantity)));
        return new Verdict(
            holds ? Finding.Holds : refuted ? Finding.DoesNotHold : Finding.NotShown,
            $"Train minus test accuracy is {Texts(Gap, "P1")}; the test loss is {Texts(FinalLoss, "F3")}.");

        bool InEverySeed(string other, string quantity) => usual.Runs
            .Join(measured.Where(Statistics, other).Runs, run => run.Seed, run => run.Seed, (a, b) => a.Last(quantity) < b.Last(quantity))
            .All(smaller => smaller);

        string Texts(string quantity, string format) =>
            $"{Text(Reshuffled, quantity, format)} with reshuffled batches, {Text(Fixed, quantity, format)} with fixed ones, "
            + $"{Text(Population, quantity, format)} with the statistics of all images, and {Text(Noisy, quantity, format)} with those and "
            + "noise";

        string Text(string statistics, string quantity, string format) =>
            measured.Where(Statistics, statistics).Last(quantity).Text(format);
    }

    private protected override string Answer(Measurements measured)
    {
        return $"Trained on {TrainImages} images, a network has a test loss of {Loss(Reshuffled)} if batches are reshuffled and "
            + $"{Loss(Fixed)} if they always contain the same images; normalized by the mean and variance of all images, it has "
            + $"{Loss(Population)}, and {Loss(Noisy)} with random noise on top.";

        string Loss(string statistics) => measured.Where(Statistics, statistics).Last(FinalLoss).MeanText("F2");
    }

    private protected override string Story(MeasuredSettings settings) =>
        $"The same network is trained for long on {TrainImages} images, {Html.Times(settings.Seeds)} each with four kinds of statistics: "
        + "of batches that are reshuffled, of batches that always contain the same images, of all training images, and of these with "
        + "random noise as large as that of a batch's statistics.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Reshuffled, 0, "with reshuffled batches"), Of(Population, 2, "with the statistics of all training images")];

        Headline Of(string statistics, int level, string with)
        {
            Measurements runs = measured.Where(Statistics, statistics);
            return new Headline(
                runs.Last(FinalLoss).MeanText("F2"),
                $"is the test loss {with}. {runs.Last(TestAccuracy).MeanText("P1")} of the test images are classified correctly.",
                statistics,
                level);
        }
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "How much do the networks overfit?",
            "Lower is better in both charts; each point is a network. Images are divided into batches anew in each epoch, as usual "
            + "(reshuffled), or once (fixed); or the statistics are those of all training images, without and with random noise as large "
            + "as that of a batch's statistics.",
            Final(FinalLoss, "~g"),
            Final(Gap, ".1%")),
        new(
            "Over the updates",
            "The bands go from the lowest to the highest seed. Where all training images are classified correctly, train minus test "
            + "accuracy adds nothing to test accuracy; the loss also tells how confident a network is in its errors.",
            Curves(TestLoss, "~g"),
            Curves(TestAccuracy, ".0%")),
    ];

    private static Chart Final(string quantity, string format) => new(quantity)
    {
        XFactor = Statistics,
        X = AxisKind.Names,
        XTitle = "statistics in training",
        YTitle = quantity,
        YFormat = format,
        Series = Chart.Quantity,
        Height = 190,
    };

    private static Chart Curves(string quantity, string format) => new(quantity)
    {
        XTitle = "updates",
        YTitle = quantity,
        YFormat = format,
        Series = Statistics,
        Height = 260,
    };

    private static double Mean(Measurements measured, string statistics, string quantity) =>
        measured.Where(Statistics, statistics).Last(quantity).Mean;

    private static void Train(StudyInput input, string statistics, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        ImageClassificationData images = input.Images!;
        Dataset<int> train = images.Train.Take(Math.Min(TrainImages, images.Train.Count) / BatchSize * BatchSize);
        Dataset<int> test = images.Test.TakeUpTo(TestImages);
        Sequential network = Network(images, statistics, seed);
        var batches = new RowBatches(train.Count, BatchSize, isFixed: statistics == Fixed, seed);
        var ofRows = new RowCrossEntropy();
        bool all = statistics is Population or Noisy;
        var trainer = new Trainer<int>(network, all ? ofRows : new SoftmaxCrossEntropy(), new Sgd(LearningRate));
        var evaluator = new Trainer<int>(network, new SoftmaxCrossEntropy(), trainer.Optimizer);
        Tensor<float> inputs = Tensor.CreateFromShape<float>([BatchSize, .. train.SampleShape]);
        Tensor<int> targets = Tensor.CreateFromShape<int>([BatchSize]);
        int updates = input.Shortened(UpdateCount);
        for (int update = 1; update <= updates; update++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            batches.MoveNext();
            if (all)
            {
                ofRows.Rows = batches.Rows.ToArray();
                trainer.Step(train.Inputs, train.Targets);
            }
            else
            {
                RowGather.Copy(train.Inputs.Elements(), batches.Rows, inputs.Elements());
                RowGather.Copy(train.Targets.Elements(), batches.Rows, targets.Elements());
                trainer.Step(inputs, targets);
            }

            if (update % MeasureEvery == 0 || update == updates)
            {
                Recalibration.Recalibrate(network, [train.Inputs], cancellationToken: cancellationToken);
                Evaluation onTrain = evaluator.Evaluate(train, cancellationToken), onTest = evaluator.Evaluate(test, cancellationToken);
                recorder.Add(TrainAccuracy, onTrain.Accuracy!.Value, update);
                recorder.Add(TestAccuracy, onTest.Accuracy!.Value, update);
                recorder.Add(TestLoss, onTest.Loss, update);
                if (update == updates)
                {
                    recorder.Add(Gap, onTrain.Accuracy.Value - onTest.Accuracy.Value);
                    recorder.Add(FinalLoss, onTest.Loss);
                }
            }
        }
    }

    private static Sequential Network(ImageClassificationData images, string statistics, int seed)
    {
        var noise = new RandomSource((ulong)seed + (1UL << 32)); // not the weights' streams, so that these are the same in all networks
        return Perceptron(images, Layers, Width, seed, new MultilayerPerceptronOptions
        {
            Normalization = linear => statistics == Noisy
                ? new Sequential(
                    new BatchNorm(linear.Outputs, new BatchNormOptions { Affine = false }),
                    new BatchNoise(BatchSize, noise),
                    new ChannelAffine(linear.Outputs))
                : new BatchNorm(linear.Outputs),
        });
    }
}
