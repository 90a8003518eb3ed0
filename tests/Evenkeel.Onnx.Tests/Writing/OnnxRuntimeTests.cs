using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Onnx.Tests.Support;
using Evenkeel.Tests.Inference;

namespace Evenkeel.Onnx.Tests.Writing;

/// <summary>Files of networks, run by ONNX Runtime.</summary>
public class OnnxRuntimeTests
{
    public static TheoryData<string> Names => PredictorNetworks.Names;

    public static TheoryData<int, string, int> Normalizations
    {
        get
        {
            var cases = new TheoryData<int, string, int>();
            foreach (int opset in (int[])[17, 18, 20, 21, 22, 23])
            {
                foreach (string name in NormalizationNames)
                {
                    foreach (int axis in (int[])[1, -1])
                    {
                        cases.Add(opset, name, axis);
                    }
                }
            }

            return cases;
        }
    }

    private static string[] NormalizationNames { get; } =
    [
        "batch", "batch without affine", "batch without shift", "ghost", "accumulated", "renorm", "cross-iteration", "instance",
        "instance with affine", "instance with running statistics", "group", "group without affine", "layer", "layer without shift",
        "layer of the last axis", "rms", "rms of the last axis",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Networks_give_the_same(string name)
    {
        (Layer network, nint[] sample) = PredictorNetworks.Create(name);
        foreach (int opset in (int[])[17, 21, 23])
        {
            foreach (bool fold in (bool[])[false, true])
            {
                (byte[] file, _) = OnnxFile.Write(network, sample, new() { Opset = opset, Fold = fold });
                Agreement.AssertRuns(file, network, sample, 1, 5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Normalizations))]
    public void Normalizations_give_the_same(int opset, string name, int axis)
    {
        var random = new RandomSource(5);
        nint[] sample = axis == 1 ? [3, 6, 7] : [6, 7, 3];
        var convolution = new Conv2d(3, 8, 3, random, new() { Padding = 1, ChannelAxis = axis });
        var network = new Sequential(convolution, Create(name, convolution, axis), new Relu(), new GlobalAveragePool2d(axis));
        for (int pass = 0; pass < 4; pass++)
        {
            var images = PredictorNetworks.Samples(sample, 16, pass);
            foreach (AccumulatedBatchNorm norm in network.Layers.OfType<AccumulatedBatchNorm>())
            {
                norm.Begin();
                norm.Gather(convolution.Forward(images, Pass.Training));
            }

            network.Forward(images, Pass.Training);
        }

        (byte[] file, _) = OnnxFile.Write(network, sample, new() { Opset = opset });
        Agreement.AssertRuns(file, network, sample, 1, 4);
    }

    [Fact]
    public void Running_means_far_from_zero_keep_their_digits()
    {
        var network = new Sequential(new BatchNorm(3), new Tanh());
        var norm = (BatchNorm)network.Layers[0];
        for (int c = 0; c < 3; c++)
        {
            norm.RunningStatistics!.Mean[c] = 12345.678901 * (c + 1);
            norm.RunningStatistics.Variance[c] = 0.01;
        }

        float[] x = [.. Enumerable.Range(0, 30).Select(i => (float)(12345.678901 * (i % 3 + 1) + 0.01 * (i / 3)))];
        var input = System.Numerics.Tensors.Tensor.Create(x, [10, 3]);
        // ONNX Runtime multiplies before it subtracts, and loses two digits itself.
        (byte[] file, _) = OnnxFile.Write(network, [3]);
        Agreement.AssertClose([.. network.Predict(input)], [.. OnnxFile.Read(file).Network.Predict(input)], 1e-5);
    }

    private static Layer Create(string name, Conv2d convolution, int axis) => name switch
    {
        "batch" => new BatchNorm(8, new() { ChannelAxis = axis }),
        "batch without affine" => new BatchNorm(8, new() { ChannelAxis = axis, Affine = false, Epsilon = 1e-3 }),
        "batch without shift" => new BatchNorm(8, new() { ChannelAxis = axis, Bias = false }),
        "ghost" => new GhostBatchNorm(4, 8, new() { ChannelAxis = axis }),
        "accumulated" => new AccumulatedBatchNorm(8, new() { ChannelAxis = axis }),
        "renorm" => new BatchRenorm(8, new() { ChannelAxis = axis }),
        "cross-iteration" => new CrossIterationBatchNorm(
            convolution, new() { BatchNorm = new() { ChannelAxis = axis }, EpsilonOutside = true, Window = 2 }),
        "instance" => new InstanceNorm(8, new() { ChannelAxis = axis }),
        "instance with affine" => new InstanceNorm(8, new() { ChannelAxis = axis, Affine = true }),
        "instance with running statistics" => new InstanceNorm(
            8, new() { ChannelAxis = axis, RunningAverage = RunningAverage.Exponential(0.1) }),
        "group" => new GroupNorm(4, 8, new() { ChannelAxis = axis }),
        "group without affine" => new GroupNorm(2, 8, new() { ChannelAxis = axis, Affine = false }),
        "layer" => new LayerNorm(axis == 1 ? [8, 6, 7] : [6, 7, 8]),
        "layer without shift" => new LayerNorm(axis == 1 ? [8, 6, 7] : [6, 7, 8], new() { Bias = false }),
        "layer of the last axis" => new LayerNorm(axis == 1 ? 7 : 8, new() { Weight = false, Bias = false }),
        "rms" => new RmsNorm(axis == 1 ? [8, 6, 7] : [6, 7, 8]),
        _ => new RmsNorm(axis == 1 ? 7 : 8, new() { Weight = false }),
    };
}
