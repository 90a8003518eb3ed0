using System.Globalization;
using Evenkeel.Data;
using Evenkeel.Networks;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Training;
using Evenkeel.Training;
using static Evenkeel.Studies.Training.NormalizationFamily;
using static Evenkeel.Studies.Training.StudyNetworks;

namespace Evenkeel.Studies.Studies;

/// <summary>Claim: small batches cost batch normalization accuracy, but not methods that normalize without the batch.</summary>
/// <remarks>
/// <para>Source: Wu and He 2018, section 4.1, with the learning rate in proportion to the batch; on networks that train in seconds.</para>
/// <para>
/// On MNIST the dense network confirms the claim and the convolutional one does not. Lack of training is not the reason: after five passes
/// over the same images it classifies 95.7 % correctly at batches of 2 and 95.6 % at 32. Nor is the number of values alone: it does not
/// confirm the claim on images of 4×4 either, where a channel has at least 8 values at batches of 2 instead of 98. Accuracy falls there
/// at large batches, which make few updates, most of all with Cross-Iteration, which has no burn-in here.
/// </para>
/// </remarks>
internal sealed class BatchSizeStudy : MeasuredStudy
{
    private const string Network = "network";
    private const string Normalization = "normalization";
    private const string Size = "batch size";
    private const string Dense = "dense";
    private const string Convolution = "convolutional";
    private const string Test = "test accuracy";
    private const string Training = "train accuracy";
    private const string Smallest = "2";
    private const string Usual = "32";
    private const double Falls = 0.01;
    private const int Layers = 3;
    private const int Width = 128;
    private const double RatePerSample = 0.1 / 32;
    private const double NewWeightPerSample = 0.1 / 32;
    private const int DenseImages = 10_240;
    private const int ConvolutionImages = 5_120;
    private const int TestImages = 2_000;

    private static readonly int[] Sizes = [2, 4, 8, 16, 32, 64];

    /// <inheritdoc/>
    public override string Name => "batch-size";

    /// <inheritdoc/>
    public override string Question => "how small can batches be with each normalization?";

    /// <inheritdoc/>
    public override string Title => "Normalization and the size of the batch";

    /// <inheritdoc/>
    public override string Claim =>
        "Small batches cost batch normalization accuracy; group and layer normalization lose at most half as much, and Batch "
        + "Renormalization and Cross-Iteration batch normalization lose less.";

    /// <inheritdoc/>
    public override string Measure =>
        "Accuracy on test and training images after the same number of images at batches of 2 to 64, in a dense and a convolutional "
        + "network.";

    /// <inheritdoc/>
    public override string Criterion =>
        Invariant($"From batches of {Usual} to batches of {Smallest}, mean test accuracy falls. The claim holds if in both networks it ")
        + Invariant($"falls by at least {Falls * 100:F0} point with batch ")
        + "normalization, by at most half as much with group and with layer normalization, and by less with Batch Renormalization and "
        + "with Cross-Iteration batch normalization. It is refuted if in both networks it falls no more with batch normalization than "
        + "with group or with layer normalization.";

    /// <inheritdoc/>
    public override string Published =>
        "ResNet-50 on ImageNet at batches of 32, 16, 8, 4 and 2 per worker: errors of 23.6, 23.7, 24.8, 27.3 and 34.7 % with batch "
        + "normalization, of 24.1, 24.2, 24.0, 24.2 and 24.1 % with group normalization.";

    private protected override IReadOnlyList<string> Factors => [Network, Normalization, Size];

    private protected override IReadOnlyList<QuantityColumn> TableColumns => [new(Test, "P1"), new(Training, "P1")];

    private protected override int MinImages => Sizes[^1];

    private protected override string Sources =>
        """
        <p>After Wu and He, <cite><a href="https://arxiv.org/abs/1803.08494">Group Normalization</a></cite> (2018), section 4.1. Further
        Ioffe, <cite><a href="https://arxiv.org/abs/1702.03275">Batch Renormalization</a></cite> (2017); Yao et al.,
        <cite><a href="https://arxiv.org/abs/2002.05712">Cross-Iteration Batch Normalization</a></cite> (2021); for the running statistics
        Busbridge et al.,
        <cite><a href="https://arxiv.org/abs/2307.13813">How to Scale Your EMA</a></cite> (2023).</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("dense", $"{Layers} hidden layers of {Width} units, ReLU, the normalization before each; learns from "
            + $"{input.Shortened(DenseImages):N0} images, each once if there are that many"),
        new("convolutional", "two convolutions of 3×3 with 32 and 64 channels, each with the normalization, ReLU and 2×2 max pooling, "
            + "and a linear layer; on images averaged down to about 14 pixels a side; learns from "
            + $"{input.Shortened(ConvolutionImages):N0} images"),
        new("training", "stochastic gradient descent without momentum; the learning rate is 0.1·B/32 at batches of B, as in the paper "
            + "on group normalization; He's initial weights"),
        new("running statistics", "a new batch weighs 0.1·B/32, so that they average over the same number of images at any batch size"),
        new("group", $"{GroupWidth} channels"),
        new("renorm", "the paper's schedule: from a twentieth of the updates on, r rises to 3 until two fifths of them, and d to 5 "
            + "until a quarter"),
        new("cross-iteration", $"the last {Window} iterations"),
        new("instance", "in the convolutional network only: in a dense one, a channel of a sample is a single value"),
        new("measured", $"on the first {TestImages:N0} test images and the first {TestImages:N0} training images"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed)
    {
        _ = Convolutional(input.Images!, seed, normalization: null); // refuses images that are too small before the first run
        return
            from network in new[] { Dense, Convolution }
            from normalization in new[] { Batch, Renorm, CrossIteration, Group, Layer, Instance }
            where network == Convolution || normalization != Instance
            from size in Sizes
            select new Trial(
                [network, normalization, size.ToString(CultureInfo.InvariantCulture)],
                (recorder, token) => Train(input, network, normalization, size, seed, recorder, token));
    }

    private protected override Verdict Decide(Measurements measured)
    {
        string[] networks = [Dense, Convolution];
        return new Verdict(
            networks.All(Holds) ? Finding.Holds : networks.All(Refutes) ? Finding.DoesNotHold : Finding.NotShown,
            $"From batches of {Usual} to batches of {Smallest}, test accuracy changes by {string.Join("; ", networks.Select(Falling))}. "
            + "(At the same number of images, larger batches make fewer updates.)");

        double Fall(string network, string normalization) =>
            At(measured, network, normalization, Usual).Mean - At(measured, network, normalization, Smallest).Mean;

        bool Holds(string network)
        {
            double batch = Fall(network, Batch);
            return batch >= Falls
                && Fall(network, Group) <= batch / 2 && Fall(network, Layer) <= batch / 2
                && Fall(network, Renorm) < batch && Fall(network, CrossIteration) < batch;
        }

        bool Refutes(string network) => Fall(network, Batch) <= Math.Max(Fall(network, Group), Fall(network, Layer));

        string Falling(string network) => Invariant($"{-Fall(network, Batch) * 100:+0.0;−0.0} points with batch normalization in the ")
            + Invariant($"{network} network, {-Fall(network, Renorm) * 100:+0.0;−0.0} with Batch Renormalization, ")
            + Invariant($"{-Fall(network, CrossIteration) * 100:+0.0;−0.0} with Cross-Iteration, ")
            + Invariant($"{-Fall(network, Group) * 100:+0.0;−0.0} with group, {-Fall(network, Layer) * 100:+0.0;−0.0} with layer ")
            + "normalization";
    }

    private protected override string Answer(Measurements measured)
    {
        return $"With batches of {Smallest} images, a dense network classifies {Accuracy(Batch)} of the test images correctly with batch "
            + $"normalization, and {Accuracy(Group)} with group normalization.";

        string Accuracy(string normalization) => At(measured, Dense, normalization, Smallest).MeanText("P0");
    }

    private protected override string Story(MeasuredSettings settings) =>
        $"Two networks are trained from the same initial weights with each normalization at {Sizes.Length} batch sizes, "
        + $"{Html.Times(settings.Seeds)} each. All see the same number of images: at batches of 2 they make 32 times as many updates as "
        + "at batches of 64, each with a 32nd of the learning rate.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Batch, "batch"), Of(Group, "group")];

        Headline Of(string normalization, string name) => new(
            At(measured, Convolution, normalization, Smallest).MeanText("P1"),
            $"of the test images are classified correctly at batches of {Smallest} with {name} normalization in the convolutional "
            + $"network; {At(measured, Convolution, normalization, Usual).MeanText("P1")} at batches of {Usual}.",
            normalization);
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "Test accuracy",
            "Each point is a network. Further left, fewer values enter the statistics of a batch: in the dense network one per image, in "
            + "the convolutional network one per pixel of each image. On the right, updates are few and steps large.",
            Accuracies(Test)),
        new(
            "Accuracy on training images",
            "Measured in inference as well. Where it falls as on test images, the cause is not a lack of generalization.",
            Accuracies(Training)),
    ];

    private static Chart Accuracies(string quantity) => new(quantity)
    {
        XFactor = Size,
        X = AxisKind.Log,
        XTitle = "batch size (log scale)",
        YTitle = quantity,
        YFormat = "%",
        Panels = Network,
        Columns = 2,
        Height = 300,
    };

    private static SeedSummary At(Measurements measured, string network, string normalization, string size) =>
        measured.Where(Network, network).Where(Normalization, normalization).Where(Size, size).Last(Test);

    private static void Train(
        StudyInput input,
        string network,
        string normalization,
        int batchSize,
        int seed,
        Recorder recorder,
        CancellationToken cancellationToken)
    {
        ImageClassificationData images = input.Images!;
        int seen = input.Shortened(network == Dense ? DenseImages : ConvolutionImages);
        int updates = Math.Max(1, seen / batchSize);
        var normalizes = Of(normalization, updates, NewWeightPerSample * batchSize);
        Sequential trained = network == Dense
            ? Perceptron(images, Layers, Width, seed, new MultilayerPerceptronOptions { Normalization = normalizes })
            : Convolutional(images, seed, normalizes);
        var trainer = new Trainer<int>(trained, new SoftmaxCrossEntropy(), new Sgd(RatePerSample * batchSize));
        TrainingLoop.Run(trainer, images.Train.TakeUpTo(seen), batchSize, updates, seed, after: null, cancellationToken);
        recorder.Add(Test, Accuracy(images.Test));
        recorder.Add(Training, Accuracy(images.Train));

        double Accuracy(Dataset<int> data) =>
            trainer.Evaluate(data.TakeUpTo(TestImages), cancellationToken).Accuracy!.Value;
    }
}
