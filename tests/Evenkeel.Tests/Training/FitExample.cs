using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tensors;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Tests.Training;

/// <summary>A training with all that has state or depends on the step: running statistics, dropout, augmentation, a schedule.</summary>
internal static class FitExample
{
    /// <summary>Six batches, the last of them smaller.</summary>
    public static FitOptions Options { get; } = new()
    {
        Epochs = 3,
        BatchSize = 8,
        Seed = 5,
        Augmentation = new ImageAugmentation { Padding = 1, Mirror = true },
        Schedule = LearningRateSchedule.Cosine with { WarmUp = 4 },
    };

    public static Dataset<int> Data { get; } = Images(45, seed: 1);

    public static Dataset<int> Held { get; } = Images(20, seed: 2);

    public static Trainer<int> Create(Optimizer? optimizer = null)
    {
        var random = new RandomSource(3);
        var network = new Sequential(
            ("flatten", new Flatten()),
            ("linear", new Linear(25, 12, random, bias: false)),
            ("norm", new BatchNorm(12)),
            ("relu", new Relu()),
            ("dropout", new Dropout(0.2, random)),
            ("last", new Linear(12, 3, random)));
        return new Trainer<int>(network, new SoftmaxCrossEntropy(), optimizer ?? new Sgd(0.2, momentum: 0.9));
    }

    /// <summary>All state of a network, bit for bit.</summary>
    public static IReadOnlyList<string> StateOf(Layer network) =>
        [.. network.StateDict(includeTrainingOnly: true).Select(tensor => $"{tensor.Name} {Hex(tensor)}")];

    private static string Hex(NamedTensor tensor)
    {
        var text = new System.Text.StringBuilder();
        tensor.ForEachPart(bytes => text.Append(Convert.ToHexString(bytes)));
        return text.ToString();
    }

    /// <summary>Images of 5 by 5 pixels whose brightest row tells the label, with much noise.</summary>
    private static Dataset<int> Images(int count, int seed)
    {
        float[] pixels = TestData.Uniform(count * 25, seed);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = i * 7 % 3;
            pixels.AsSpan(25 * i + 5 + 5 * labels[i], 5).Increment();
        }

        return new Dataset<int>(Tensor.Create(pixels, [count, 5, 5, 1]), Tensor.Create(labels, [count]));
    }

    private static void Increment(this Span<float> pixels) => TensorPrimitives.Add(pixels, 1, pixels);
}
