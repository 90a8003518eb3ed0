using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Comparison.Cases;

/// <summary>The passes of batch normalization, as the benchmark <c>normalization</c> has them, and of all other normalizers.</summary>
internal static class NormalizationCases
{
    private const string Group = "normalization";

    /// <summary>Beyond the cache and in it, long runs and short, few channels and many.</summary>
    private static readonly nint[][] Maps = [[32, 256, 56, 56], [128, 64, 32, 32], [16, 1024, 14, 14], [128, 16, 32, 32], [32, 64, 14, 14]];

    private static readonly nint[][] Dense = [[4096, 1024], [256, 512], [60, 100]];

    private static readonly nint[][] Rows = [[8192, 768], [512, 768]];

    private static readonly nint[] Map = [32, 64, 32, 32];

    public static IEnumerable<Case> All =>
    [
        .. Maps.SelectMany(shape => Batch("batch-norm channels-first", shape, 1)),
        .. Maps.SelectMany(shape => Batch("batch-norm channels-last", ChannelsLast(shape), -1)),
        .. Dense.SelectMany(shape => Batch("batch-norm dense", shape, 1)),
        .. Rows.SelectMany(shape => LayerPasses.Training(Group, "layer-norm", shape, () => new LayerNorm((int)shape[^1]))),
        .. Rows.SelectMany(shape => LayerPasses.Training(Group, "rms-norm", shape, () => new RmsNorm((int)shape[^1]))),
        .. Others("channels-first", Map, 1),
        .. Others("channels-last", ChannelsLast(Map), -1),
        .. LayerPasses.Training(Group, "layer-norm of maps", Map, () => new LayerNorm([.. Map[1..].Select(length => (int)length)])),
    ];

    private static nint[] ChannelsLast(nint[] shape) => [shape[0], .. shape[2..], shape[1]];

    private static IEnumerable<Case> Batch(string name, nint[] shape, int axis)
    {
        Func<Layer> plain = () => new BatchNorm(Channels(shape, axis), new BatchNormOptions { ChannelAxis = axis });
        Func<Layer> rectified = () => new Sequential(plain(), new Relu());
        return
        [
            .. LayerPasses.Training(Group, name, shape, plain),
            LayerPasses.Inference(Group, name, shape, plain),
            .. LayerPasses.Training(Group, $"{name} with ReLU", shape, rectified),
            LayerPasses.Inference(Group, $"{name} with ReLU", shape, rectified),
        ];
    }

    private static IEnumerable<Case> Others(string layout, nint[] shape, int axis)
    {
        int channels = Channels(shape, axis);
        string where = $"{layout} {Data.Describe(shape)}";
        var batch = new BatchNormOptions { ChannelAxis = axis };
        return
        [
            .. Passes("group-norm", () => new GroupNorm(8, channels, new GroupNormOptions { ChannelAxis = axis })),
            .. Passes("instance-norm", () => new InstanceNorm(channels, new InstanceNormOptions { ChannelAxis = axis })),
            .. Passes("batch-renorm", () => new BatchRenorm(channels, new BatchRenormOptions
            {
                ChannelAxis = axis,
                Schedule = RenormSchedule.Constant(rMax: 3, dMax: 5),
            })),
            .. Passes("ghost-batch-norm", () => new GhostBatchNorm(8, channels, batch)),
            new(Group, $"masked batch-norm {where} forward", () => Masked(new BatchNorm(channels, batch), shape, axis)),
            new(Group, $"accumulated-batch-norm {where} step", () => Accumulated(new AccumulatedBatchNorm(channels, batch), shape)),
            new(Group, $"cross-iteration-batch-norm {where} forward", () => CrossIteration(channels, batch, shape)),
        ];

        IEnumerable<Case> Passes(string name, Func<Layer> make) => LayerPasses.Training(Group, $"{name} {layout}", shape, make);
    }

    private static int Channels(nint[] shape, int axis) => (int)shape[axis < 0 ? shape.Length + axis : axis];

    private static Action Masked(BatchNorm layer, nint[] shape, int axis)
    {
        Tensor<float> x = Data.Normal(shape, seed: 1);
        nint[] places = axis < 0 ? shape[..^1] : [shape[0], .. shape[2..]];
        var kept = new bool[(int)TensorPrimitives.Product<nint>(places)];
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = i % 4 != 0;
        }

        var mask = Tensor.Create(kept, places);
        return () => layer.Forward(x, mask, Pass.Training);
    }

    private static Action Accumulated(AccumulatedBatchNorm layer, nint[] shape)
    {
        Tensor<float> x = Data.Normal(shape, seed: 1), dy = Data.Normal(shape, seed: 2);
        return () =>
        {
            layer.Begin();
            layer.Gather(x);
            layer.Forward(x, Pass.Training);
            layer.GatherGradient(dy);
            layer.Forward(x, Pass.Training);
            layer.Backward(dy);
        };
    }

    private static Action CrossIteration(int channels, BatchNormOptions options, nint[] shape)
    {
        var preceding = new Conv2d(channels, channels, 1, new RandomSource(1), new Conv2dOptions { ChannelAxis = options.ChannelAxis });
        Tensor<float> x = preceding.Forward(Data.Normal(shape, seed: 1), Pass.Training);
        var layer = new CrossIterationBatchNorm(preceding, new CrossIterationOptions { BatchNorm = options });
        return () => layer.Forward(x, Pass.Training);
    }
}
