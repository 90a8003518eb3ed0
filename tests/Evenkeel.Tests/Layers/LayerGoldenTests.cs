using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Numerics;
using Evenkeel.Tests.Golden;
using Xunit.Abstractions;

namespace Evenkeel.Tests.Layers;

/// <summary>The plain layers against PyTorch.</summary>
public class LayerGoldenTests(ITestOutputHelper output)
{
    private readonly GoldenComparison _comparison = new(output);

    [Theory]
    [InlineData("linear")]
    [InlineData("linear-no-bias")]
    public void Linear_equals_PyTorch(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        var layer = new Linear(
            golden.Option<int>("inputs"), golden.Option<int>("outputs"), new RandomSource(1), golden.Option<bool>("bias"));
        GoldenComparison.Load(layer, golden.Initial);
        AssertEqualsPyTorch(layer, golden, Tolerances.Product, Tolerances.Product);
    }

    [Theory]
    [InlineData("convolution")]
    [InlineData("convolution-plain")]
    [InlineData("convolution-strided")]
    [InlineData("convolution-uneven")]
    [InlineData("convolution-dilated")]
    [InlineData("convolution-groups")]
    [InlineData("convolution-depthwise")]
    [InlineData("convolution-depthwise-twofold")]
    public void Convolution_equals_PyTorch(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        var layer = new Conv2d(
            golden.Option<int>("inputs"),
            golden.Option<int>("outputs"),
            Pair("kernel"),
            new RandomSource(1),
            new()
            {
                Stride = Pair("stride"),
                Padding = Pair("padding"),
                Dilation = Pair("dilation"),
                Groups = golden.Option<int>("groups"),
                Bias = golden.Option<bool>("bias"),
            });
        GoldenComparison.Load(layer, golden.Initial);
        AssertEqualsPyTorch(layer, golden, Tolerances.Product, Tolerances.Product);

        Extent Pair(string option)
        {
            int[] pair = golden.Option<int[]>(option);
            return new Extent(pair[0], pair[1]);
        }
    }

    [Fact]
    public void Relu_equals_PyTorch() => AssertEqualsPyTorch(new Relu(), GoldenFile.Read("relu"), 0, 0);

    [Fact]
    public void Sigmoid_equals_PyTorch() => AssertEqualsPyTorch(
        new Sigmoid(), GoldenFile.Read("sigmoid"), Tolerances.Activation, Tolerances.ActivationGradient);

    [Fact]
    public void Tanh_equals_PyTorch() => AssertEqualsPyTorch(
        new Tanh(), GoldenFile.Read("tanh"), Tolerances.Activation, Tolerances.ActivationGradient);

    public static TheoryData<string, Activation> Activations => new()
    {
        { "silu", new Silu() },
        { "gelu", new Gelu() },
        { "gelu-tanh", new Gelu(approximate: true) },
        { "leaky-relu", new LeakyRelu(0.2) },
        { "hard-swish", new HardSwish() },
        { "hard-sigmoid", new HardSigmoid() },
        { "relu6", new Clamp(0, 6) },
    };

    [Theory]
    [MemberData(nameof(Activations))]
    public void Activation_equals_PyTorch(string name, Activation layer) =>
        AssertEqualsPyTorch(layer, GoldenFile.Read(name), Tolerances.Activation, Tolerances.ActivationGradient);

    [Theory]
    [InlineData("softmax-rows")]
    [InlineData("softmax-channels")]
    public void Softmax_equals_PyTorch(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        AssertEqualsPyTorch(new Softmax(golden.Option<int>("axis")), golden, Tolerances.Activation, Tolerances.ActivationGradient);
    }

    private void AssertEqualsPyTorch(Layer layer, GoldenFile golden, double forward, double backward)
    {
        GoldenValues step = Assert.Single(golden.Steps);
        float[] y = [.. layer.Forward(GoldenComparison.Tensor(step["input"]), Pass.Training)];
        float[] dx = [.. layer.Backward(GoldenComparison.Tensor(step["output_gradient"]))];

        _comparison.AssertClose(step, "output", y, forward);
        _comparison.AssertClose(step, "input_gradient", dx, backward);
        foreach (Parameter parameter in layer.Parameters)
        {
            _comparison.AssertClose(step, parameter.Name + "_gradient", parameter.Gradients, backward);
        }
    }
}
