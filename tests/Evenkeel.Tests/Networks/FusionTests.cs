using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Networks;

/// <summary>What networks run as one has the bits of its layers one after the other.</summary>
public class FusionTests
{
    private static readonly string[] Kinds = ["batch", "batch-no-affine", "renorm", "ghost", "group", "instance", "frozen", "convolution"];

    /// <summary>Shapes of the input with their channel axis: channels first, then last.</summary>
    private static IEnumerable<(nint[] Lengths, int Axis)> Inputs =>
    [
        .. Shapes.ChannelFirst.Select(lengths => (lengths, 1)).Where(input => input.lengths.Length < 5),
        .. Shapes.ChannelLast.Select(lengths => (lengths, -1)).Where(input => input.lengths.Length < 5),
        ([8, 40, 70, 33], -1), ([8, 33, 40, 70], 1),
    ];

    [Fact]
    public void A_normalization_or_a_convolution_and_a_relu_in_a_network() => Check((normalization, input, outputGradient, _, pass) =>
    {
        var relu = new Relu();
        var network = new Sequential(normalization, relu);
        Assert.NotEqual(network.Steps, network.Layers);
        return Run(network, input, outputGradient, pass);
    }, (normalization, input, outputGradient, _, pass) =>
    {
        var relu = new Relu();
        float[] y = [.. relu.Forward(normalization.Forward(input, pass), pass)];
        return (y, [.. normalization.Backward(relu.Backward(outputGradient))]);
    });

    [Fact]
    public void A_block_that_ends_in_one_and_adds_its_input_and_rectifies() => CheckBlock(identity: true, rectifies: true);

    [Fact]
    public void A_block_that_ends_in_one_and_adds_a_shortcut_and_rectifies() => CheckBlock(identity: false, rectifies: true);

    [Fact]
    public void A_block_that_ends_in_one_and_adds_its_input() => CheckBlock(identity: true, rectifies: false);

    [Fact]
    public void A_block_that_ends_in_one_and_adds_a_shortcut() => CheckBlock(identity: false, rectifies: false);

    [Fact]
    public void Networks_fuse_a_normalization_per_channel_with_the_relu_right_behind_it()
    {
        Layer[] layers =
        [
            new BatchNorm(4), new Relu(), new Relu(), new BatchNorm(4), new Tanh(), new LayerNorm([4]), new Relu(), new GroupNorm(2, 4),
            new Linear(4, 4, new RandomSource(1)), new Relu(),
        ];
        var network = new Sequential(layers);
        Assert.Equal([layers[0], layers[1]], network.Steps[0].Children);
        Assert.Equal(layers[2..], network.Steps.Skip(1));
        Assert.Equal(layers, network.Children);
        Assert.Equal(layers, network.Layers);

        var body = new Sequential(new Sequential(new BatchNorm(4)));
        Assert.True(new Residual(body).CanFuse);
        Assert.False(new Residual(new Sequential(new BatchNorm(4), new Relu())).CanFuse);
        Assert.Single(new Sequential(new Sequential(new Tanh(), new BatchNorm(4)), new Relu()).Steps);
    }

    [Fact]
    public void Layers_go_back_alone_after_they_went_forward_as_one()
    {
        (BatchNorm Normalization, Relu Relu) one = (new BatchNorm(5), new Relu()), other = (new BatchNorm(5), new Relu());
        var input = TestData.Tensor(TestData.Uniform(60, seed: 1), 12, 5);
        var gradient = TestData.Tensor(TestData.Uniform(60, seed: 2), 12, 5);
        var network = new Sequential(one.Normalization, one.Relu);
        network.Forward(input, Pass.Training);
        other.Relu.Forward(other.Normalization.Forward(input, Pass.Training), Pass.Training);
        float[] expected = [.. other.Normalization.Backward(other.Relu.Backward(gradient))];
        AssertSameBits(expected, [.. one.Normalization.Backward(one.Relu.Backward(gradient))]);

        // The layer alone is what it was.
        float[] alone = [.. one.Normalization.Forward(input, Pass.Training)];
        Assert.Contains(alone, value => value < 0);
        AssertSameBits([.. other.Normalization.Forward(input, Pass.Training)], alone);
        network.Forward(input, Pass.Training);
        var mask = Tensor.Create(Enumerable.Repeat(true, 12).ToArray(), [12]);
        AssertSameBits(alone, [.. one.Normalization.Forward(input, mask, Pass.Training)]);
        AssertSameBits([.. other.Normalization.Backward(gradient)], [.. one.Normalization.Backward(gradient)]);
    }

    private static void CheckBlock(bool identity, bool rectifies) => Check((normalization, input, outputGradient, shortcut, pass) =>
    {
        var block = new Residual(normalization, identity ? null : shortcut, rectifies ? new Relu() : null);
        Assert.True(block.CanFuse);
        return Run(block, input, outputGradient, pass);
    }, (normalization, input, outputGradient, shortcut, pass) =>
    {
        var relu = new Relu();
        Tensor<float> skipped = identity ? input : shortcut.Forward(input, pass);
        Tensor<float> sum = Sum(normalization.Forward(input, pass), skipped);
        float[] y = [.. rectifies ? relu.Forward(sum, pass) : sum];
        Tensor<float> gated = rectifies ? relu.Backward(outputGradient) : outputGradient;
        return (y, [.. Sum(normalization.Backward(gated), identity ? gated : shortcut.Backward(gated))]);
    });

    private static Tensor<float> Sum(Tensor<float> a, Tensor<float> b) => TestData.Tensor([.. a.Zip(b, (x, y) => x + y)], a.Lengths);

    private delegate (float[] Output, float[] InputGradient) Steps(
        Layer normalization, Tensor<float> input, Tensor<float> outputGradient, Layer shortcut, Pass pass);

    /// <summary>Takes the same passes both ways, with numbers and with NaN and infinities among them, and compares every result.</summary>
    private static void Check(Steps fused, Steps alone)
    {
        foreach ((nint[] lengths, int axis) in Inputs)
        {
            int length = (int)TensorPrimitives.Product<nint>(lengths), places = length / (int)lengths[0] / (int)lengths[axis < 0 ? ^1 : 1];
            foreach (string kind in length < 10_000 ? Kinds : ["batch", "convolution"])
            {
                if (lengths[0] < 2 || kind == "instance" && places < 2 || kind == "convolution" && lengths.Length != 4)
                {
                    continue;
                }

                foreach (bool finite in (bool[])[true, false])
                {
                    foreach (Pass pass in (Pass[])[Pass.Training, Pass.Inference])
                    {
                        var input = TestData.Tensor(Numbers(length, 1, finite), lengths);
                        var gradient = TestData.Tensor(Numbers(length, 2, finite), lengths);
                        RunBoth(Make(kind, lengths, axis), Make(kind, lengths, axis), input, gradient, pass, kind);
                    }
                }
            }
        }

        void RunBoth(Layer first, Layer second, Tensor<float> input, Tensor<float> gradient, Pass pass, string kind)
        {
            (float[] y, float[] dx) = fused(first, input, gradient, new Tanh(), pass);
            (float[] expectedY, float[] expectedDx) = alone(second, input, gradient, new Tanh(), pass);
            try
            {
                AssertSameBits(expectedY, y);
                AssertSameBits(expectedDx, dx);
                foreach ((Parameter expected, Parameter actual) in second.Parameters.Zip(first.Parameters))
                {
                    AssertSameBits(expected.Gradients, actual.Gradients);
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{kind} of {string.Join(", ", input.Lengths.ToArray())}, {pass}", e);
            }
        }
    }

    private static float[] Numbers(int length, int seed, bool finite)
    {
        float[] values = TestData.Uniform(length, seed);
        for (int i = 3; i < length && !finite; i += 97)
        {
            values[i] = (i % 3) switch { 0 => float.NaN, 1 => float.PositiveInfinity, _ => 0 };
        }

        return values;
    }

    private static Layer Make(string kind, nint[] lengths, int axis)
    {
        int channels = (int)lengths[axis < 0 ? ^1 : 1];
        if (kind == "convolution")
        {
            return new Conv2d(channels, channels, 3, new RandomSource(5), new() { Padding = 1, ChannelAxis = axis });
        }

        var options = new BatchNormOptions { ChannelAxis = axis, Affine = kind != "batch-no-affine" };
        ChannelNormalization normalization = kind switch
        {
            "renorm" => new BatchRenorm(channels, new() { ChannelAxis = axis }),
            "ghost" => new GhostBatchNorm(lengths[0] % 2 == 0 ? 2 : 3, channels, options),
            "group" => new GroupNorm(channels % 2 == 0 ? 2 : 1, channels, new() { ChannelAxis = axis }),
            "instance" => new InstanceNorm(channels, new() { ChannelAxis = axis, Affine = true }),
            _ => new BatchNorm(channels, options),
        };
        if (kind == "frozen")
        {
            ((BatchNorm)normalization).Freeze();
        }

        if (normalization.Weight is not null && normalization.Bias is not null)
        {
            TestData.Uniform(channels, seed: 3).CopyTo(normalization.Weight.Values);
            TestData.Uniform(channels, seed: 4).CopyTo(normalization.Bias.Values);
        }

        return normalization;
    }

    private static (float[] Output, float[] InputGradient) Run(Layer layer, Tensor<float> input, Tensor<float> gradient, Pass pass)
    {
        float[] y = [.. layer.Forward(input, pass)];
        return (y, [.. layer.Backward(gradient)]);
    }
}
