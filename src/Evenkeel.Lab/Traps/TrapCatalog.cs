using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Lab.Training;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Training;

namespace Evenkeel.Lab.Traps;

/// <summary>The traps, in the order of the page.</summary>
internal static class TrapCatalog
{
    private const int Images = 12_000;
    private const int BatchSize = 60;

    /// <summary>All traps.</summary>
    public static IReadOnlyList<Trap> All { get; } =
    [
        new(
            "batch-of-one",
            "A dense layer with batch normalization is trained with a single sample in the batch. What will happen?",
            ["It trains, with more noise.", "It is refused: one value has no variance.", "All outputs become β, and training goes on."],
            1,
            "A set of one value has the variance 0: x̂ would be 0 whatever the value, and what stands before it would learn nothing. The "
            + "library refuses the batch, as PyTorch does. Behind a convolution, one image still has many values per channel.",
            "batch-size",
            BatchOfOne)
        {
            Command = "evenkeel explain batch-norm --input x.json",
            File = "[[1, 2, 3]]",
        },
        new(
            "sorted-classes",
            "The training images are sorted, so that each batch holds two digits only. What will happen to the accuracy on mixed test "
            + "images?",
            ["Nothing: the same images are seen.", "It falls, more than without normalization.",
                "It rises, since batches are purer."],
            1,
            "In training each batch is normalized by the statistics of two digits; in inference all are normalized by the average. The "
            + "network never saw that.",
            "non-iid",
            SortedClasses),
        new(
            "nan",
            "One pixel of one image in the batch is NaN. What will happen to the outputs of a batch normalization on the pixels?",
            ["The pixel's output is NaN.", "The whole image is NaN, and no other.",
                "The channel is NaN in every image."],
            2,
            "NaN spreads through the mean to the whole set, which is a channel over the batch. The running statistics skip a batch that "
            + "is not finite, and count it.",
            null,
            NotANumber),
        new(
            "constant-channel",
            "A channel has the same value everywhere. What will its output be?",
            ["NaN, since it is divided by 0.", "β everywhere.", "The value itself."],
            1,
            "x − μ is 0, and ε keeps the divisor above 0: x̂ = 0 and y = β. The gradient by x is multiplied by 1/√ε, about 316 with ε = "
            + "1e-5, and its mean is subtracted.",
            null,
            ConstantChannel)
        {
            Command = "evenkeel explain batch-norm --input x.json --beta 8 --dy 1,0,0,0",
            File = "[[3], [3], [3], [3]]",
        },
        new(
            "contrast",
            "A trained network sees test images of half the contrast. What helps?",
            ["Nothing but training again.", "Running statistics recomputed from such images, without labels.",
                "Normalization by running statistics makes it immune."],
            1,
            "The running statistics are those of the training images. Recalibration replaces them by those of the new images; the "
            + "weights stay.",
            "recalibration",
            Contrast),
        new(
            "dropout",
            "Dropout of one half stands directly before a batch normalization, and its inputs have mean 0. How does the variance in "
            + "inference compare with the running variance?",
            ["It is the same.", "It is about half.", "It is about twice as large."],
            1,
            "Dropout keeps the mean and raises the variance in training. In inference it does nothing, and the running variance is too "
            + "large by a factor of 1/(1 − p); by more if the inputs have another mean than 0.",
            "regularization",
            DropoutBefore),
        new(
            "neighbours",
            "A trained network is evaluated with the batch's statistics instead of the running ones. What does an image's output depend "
            + "on?",
            ["On the image alone.", "On the image and on the other images of its batch.", "On the order of the images."],
            1,
            "The mean and the variance are those of the batch, and the other images are part of it.",
            "inference",
            Neighbours),
    ];

    private static IReadOnlyList<Sight> BatchOfOne()
    {
        string refusal;
        try
        {
            _ = new BatchNorm(3).Forward(Tensor.Create([1f, 2, 3], [1, 3]), Pass.Training);
            refusal = "it was not refused";
        }
        catch (ArgumentException e)
        {
            refusal = e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal);
        }

        Tensor<float> output = new BatchNorm(1).Forward(Tensor.Create([1f, 2, 3, 4], [1, 1, 2, 2]), Pass.Training);
        return
        [
            new("a dense layer, [1, 3]", refusal),
            new("an image, [1, 1, 2, 2] with the values 1, 2, 3, 4",
                string.Join(", ", Numbers(output).Select(value => Invariant($"{value:F3}")))),
        ];
    }

    private static IReadOnlyList<Sight> SortedClasses() =>
    [
        new("accuracy after mixed batches", TestAccuracy(isSorted: false, NormalizerCatalog.Batch)),
        new("accuracy after batches of two digits", TestAccuracy(isSorted: true, NormalizerCatalog.Batch)),
        new("without normalization, after batches of two digits", TestAccuracy(isSorted: true, NormalizerCatalog.None)),
    ];

    private static IReadOnlyList<Sight> NotANumber()
    {
        var layer = new BatchNorm(2);
        float[] output = Numbers(layer.Forward(Tensor.Create([1f, 5, float.NaN, 6, 3, 8], [3, 2]), Pass.Training));
        return
        [
            new("outputs of the channel with the NaN", string.Join(", ",
                output.Where((_, i) => i % 2 == 0).Select(value => Invariant($"{value}")))),
            new("outputs of the other channel", string.Join(", ",
                output.Where((_, i) => i % 2 == 1).Select(value => Invariant($"{value:F3}")))),
            new("running means after it", Invariant($"{layer.RunningStatistics!.Mean[0]}, {layer.RunningStatistics.Mean[1]}")),
            new("batches skipped", Invariant($"{layer.RunningStatistics.BatchesSkipped}")),
        ];
    }

    private static IReadOnlyList<Sight> ConstantChannel()
    {
        var layer = new BatchNorm(1);
        layer.Bias!.Value[0] = 8;
        float[] output = Numbers(layer.Forward(Tensor.Create([3f, 3, 3, 3], [4, 1]), Pass.Training));
        float[] gradient = Numbers(layer.Backward(Tensor.Create([1f, 0, 0, 0], [4, 1])));
        return
        [
            new("outputs for 3, 3, 3, 3 with β = 8", string.Join(", ", output.Select(value => Invariant($"{value}")))),
            new("gradient by x for dy = 1, 0, 0, 0", string.Join(", ", gradient.Select(value => Invariant($"{value:F1}")))),
        ];
    }

    private static IReadOnlyList<Sight> Contrast()
    {
        Trainer<int> trainer = Trained(isSorted: false, NormalizerCatalog.Batch);
        Dataset<int> halved = new(Halved(Digits.Test.Inputs), Digits.Test.Targets);
        double? plain = trainer.Evaluate(Digits.Test).Accuracy, before = trainer.Evaluate(halved).Accuracy;
        _ = Recalibration.Recalibrate(trainer.Network, [Halved(Digits.Train.Slice(Images, 2000).Inputs)]);
        return
        [
            new("accuracy on plain images", Percent(plain)),
            new("on images of half the contrast", Percent(before)),
            new("on the same, recalibrated on 2,000 others without labels", Percent(trainer.Evaluate(halved).Accuracy)),
        ];
    }

    private static IReadOnlyList<Sight> DropoutBefore()
    {
        const int Samples = 4096;
        var dropout = new Dropout(0.5, new RandomSource(0));
        var layer = new BatchNorm(1, new() { RunningAverage = RunningAverage.Cumulative });
        Tensor<float> x = Tensor.CreateFromShape<float>([Samples, 1]);
        new RandomSource(1).Next().FillNormal(x.Elements(), 0, 1);
        for (int step = 0; step < 20; step++)
        {
            _ = layer.Forward(dropout.Forward(x, Pass.Training), Pass.Training);
        }

        double running = layer.RunningStatistics!.Variance[0];
        double inference = Numbers(x).Average(value => (double)value * value);
        return
        [
            new("running variance, learned behind dropout", Invariant($"{running:F3}")),
            new("variance in inference", Invariant($"{inference:F3}")),
            new("ratio", Invariant($"{inference / running:F3}")),
        ];
    }

    private static IReadOnlyList<Sight> Neighbours()
    {
        Trainer<int> trainer = Trained(isSorted: false, NormalizerCatalog.Batch);
        foreach (RunningNormalization layer in trainer.Network.NamedLayers().Select(named => named.Layer).OfType<RunningNormalization>())
        {
            (layer.Source, layer.Update) = (StatisticsSource.Batch, StatisticsUpdate.Never);
        }

        float First(int start)
        {
            Tensor<float> batch = Tensor.Create(Numbers(Digits.Test.Slice(start, 16).Inputs), [16, .. Digits.Test.SampleShape]);
            Digits.Test.Slice(0, 1).Inputs.Elements().CopyTo(batch.Elements());
            return trainer.Network.Predict(batch).Elements()[0];
        }

        return
        [
            new("first output of one image among 15 others", Invariant($"{First(100):F4}")),
            new("of the same image among 15 different ones", Invariant($"{First(400):F4}")),
        ];
    }

    private static string TestAccuracy(bool isSorted, string normalizer) =>
        Percent(Trained(isSorted, normalizer).Evaluate(Digits.Test).Accuracy);

    /// <summary>A network of two hidden layers, trained for one epoch.</summary>
    private static Trainer<int> Trained(bool isSorted, string normalizer)
    {
        var settings = new RunSettings(
            normalizer, RunSettings.Before, "relu", Depth: 2, Width: 64, Scale: 0, LearningRate: 0.05, BatchSize, Seed: 0);
        var trainer = new Trainer<int>(
            settings.CreateNetwork(Digits.Pixels, Digits.Classes), new SoftmaxCrossEntropy(), new Sgd(settings.LearningRate));
        Dataset<int> data = isSorted ? OfTwoDigits(Digits.Train.Take(Images)) : Digits.Train.Take(Images);
        for (int start = 0; start + BatchSize <= data.Count; start += BatchSize)
        {
            Dataset<int> batch = data.Slice(start, BatchSize);
            _ = trainer.Step(batch.Inputs, batch.Targets);
        }

        return trainer;
    }

    /// <summary>Copies images into batches of two digits each, in random order.</summary>
    private static Dataset<int> OfTwoDigits(Dataset<int> data)
    {
        int[] labels = [.. data.Targets];
        int[][] batches =
        [
            .. Enumerable.Range(0, data.Count).GroupBy(i => labels[i] / 2).SelectMany(pair => pair.Chunk(BatchSize))
                .Where(batch => batch.Length == BatchSize),
        ];
        int[] turns = [.. Enumerable.Range(0, batches.Length)];
        new RandomSource(0).Next().Shuffle(turns);
        int[] order = [.. turns.SelectMany(turn => batches[turn])];
        Tensor<float> inputs = Tensor.CreateFromShapeUninitialized<float>([order.Length, .. data.SampleShape]);
        Tensor<int> targets = Tensor.CreateFromShapeUninitialized<int>([order.Length]);
        RowGather.Copy(data.Inputs.Elements(), order, inputs.Elements());
        RowGather.Copy(data.Targets.Elements(), order, targets.Elements());
        return new Dataset<int>(inputs, targets);
    }

    private static Tensor<float> Halved(Tensor<float> images)
    {
        Tensor<float> halved = Tensor.CreateFromShape<float>(images.Lengths);
        TensorPrimitives.Multiply(images.Elements(), 0.5f, halved.Elements());
        TensorPrimitives.Add(halved.Elements(), 0.25f, halved.Elements());
        return halved;
    }

    private static float[] Numbers(Tensor<float> tensor) => tensor.Elements().ToArray();

    private static string Percent(double? fraction) => Invariant($"{fraction * 100:F1} %");
}
