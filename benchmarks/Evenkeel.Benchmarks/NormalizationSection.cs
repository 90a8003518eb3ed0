using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Loops;

namespace Evenkeel.Benchmarks;

/// <summary>A normalization in a layout, and the shapes in which it is timed.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="PyTorch">What peer.py calls it; null where PyTorch does not have it.</param>
/// <param name="OneDnn">What peer.py calls oneDNN's; null where it is not asked.</param>
/// <param name="IsChannelLast">Whether our channels are on the last axis, of what is named with the channels on the second.</param>
/// <param name="Make">Makes the layer for so many channels.</param>
/// <param name="Passes">What is timed.</param>
/// <param name="Target">How many times as fast as PyTorch a pass is to be in a shape; null where nothing is asked.</param>
/// <param name="Shapes">The shapes, channels on the second axis.</param>
internal sealed record NormalizationSection(
    string Name,
    string? PyTorch,
    string? OneDnn,
    bool IsChannelLast,
    Func<int, Layer> Make,
    IReadOnlyList<NormalizationPass> Passes,
    Func<int[], NormalizationPass, double?> Target,
    params IReadOnlyList<int[]> Shapes)
{
    /// <summary>Those of earlier measurements; of ResNet-50 at batch 32 and ResNet-20 at batch 128; of a U-Net at batch 4.</summary>
    private static readonly int[][] Maps =
    [
        [32, 256, 56, 56], [32, 512, 28, 28], [32, 64, 112, 112], [128, 64, 32, 32], [128, 256, 8, 8], [16, 1024, 14, 14],
        [32, 64, 56, 56], [32, 1024, 14, 14], [32, 2048, 7, 7], [128, 16, 32, 32],
        [4, 64, 256, 256], [4, 256, 64, 64], [4, 1024, 16, 16],
    ];

    private static readonly NormalizationPass[] TrainingPasses = [NormalizationPass.Forward, NormalizationPass.Backward];

    public static IReadOnlyList<NormalizationSection> All { get; } =
    [
        new("channel first", "batch", "batch-onednn", false, c => new BatchNorm(c), NormalizationPasses.All, (_, p) => By(p, 4, 1.5), Maps),
        new(
            "channel last",
            "batch-channels-last",
            null,
            true,
            c => new BatchNorm(c, new BatchNormOptions { ChannelAxis = -1 }),
            NormalizationPasses.All,
            (_, p) => By(p, 1.5, 1.5),
            Maps),
        new(
            "dense",
            "batch",
            null,
            false,
            c => new BatchNorm(c),
            NormalizationPasses.All,
            (shape, p) => shape switch
            {
                [4096, 1024] => By(p, 2, 3),
                [256, 512] or [60, 100] => By(p, 4, 4),
                _ => null,
            },
            [4096, 1024], [256, 1024], [256, 512], [100, 100], [60, 100]),
        new(
            "LayerNorm", "layer", null, false, c => new LayerNorm(c), TrainingPasses, (_, p) => By(p, 1.5, 1.5),
            [8192, 4096], [8192, 768], [512, 768]),
        new("RmsNorm", null, null, false, c => new RmsNorm(c), TrainingPasses, (_, _) => null, [8192, 4096], [8192, 768], [512, 768]),
    ];

    /// <summary>Whether each row is a set.</summary>
    public bool HasRows => Make(1) is RowNormalization;

    /// <summary>A shape in words.</summary>
    public static string Describe(int[] shape) => string.Join('×', shape);

    /// <summary>The shapes that, behind the section's name, have a text, in which × may be written x.</summary>
    public IEnumerable<int[]> ShapesWith(string text) =>
        Shapes.Where(shape => $"{Name} {Describe(shape)}".Contains(text.Replace('x', '×'), StringComparison.Ordinal));

    /// <summary>The lengths of our tensor.</summary>
    public nint[] Lengths(int[] shape) =>
        Array.ConvertAll(IsChannelLast ? [shape[0], .. shape[2..], shape[1]] : shape, length => (nint)length);

    /// <summary>In which order a pass goes through memory, and how it writes; inference, which has nothing to reduce, is a sweep.</summary>
    public MemoryStrategy Strategy(int[] shape, NormalizationPass pass)
    {
        ChannelView view = HasRows
            ? new ChannelView(shape[0], 1, 1, shape[1])
            : ChannelView.Of(Lengths(shape), IsChannelLast ? -1 : 1);
        var strategy = MemoryStrategy.Of(
            view, tensors: pass switch { NormalizationPass.Backward => 3, NormalizationPass.BackwardRelu => 4, _ => 2 });
        return pass is NormalizationPass.Inference or NormalizationPass.InferenceRelu
            ? strategy with { Order = MemoryOrder.TwoSweeps }
            : strategy;
    }

    private static double? By(NormalizationPass pass, double forward, double backward) => pass switch
    {
        NormalizationPass.Forward or NormalizationPass.ForwardRelu => forward,
        NormalizationPass.Backward or NormalizationPass.BackwardRelu => backward,
        _ => null,
    };
}
