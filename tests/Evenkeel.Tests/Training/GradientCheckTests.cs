using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Training;

public class GradientCheckTests
{
    private static readonly RandomSource Random = new(1);

    public static TheoryData<string, Layer, nint[]> Layers => new()
    {
        { "linear", new Linear(6, 4, Random), [5, 6] },
        { "convolution", new Conv2d(3, 4, 3, Random, new Conv2dOptions { Padding = 1 }), [2, 3, 5, 4] },
        { "convolution of sequences", new Conv1d(3, 4, 3, Random, new() { Padding = new Padding(0, 2, 0, 0), Stride = 2 }), [2, 3, 7] },
        { "tanh", new Tanh(), [4, 9] },
        { "sigmoid", new Sigmoid(), [4, 9] },
        { "silu", new Silu(), [4, 9] },
        { "gelu", new Gelu(), [4, 9] },
        { "approximate gelu", new Gelu(approximate: true), [4, 9] },
        { "softmax of rows", new Softmax(), [4, 9] },
        { "softmax of channels", new Softmax(1), [2, 4, 5] },
        { "linear on sequences", new Linear(6, 4, Random), [2, 3, 6] },
        { "average pooling", new AveragePool2d(2), [2, 3, 4, 4] },
        { "average pooling without the padding", new AveragePool2d(3, 2, 1, ceilMode: true, countIncludePad: false), [2, 3, 6, 4] },
        { "adaptive average pooling", new AdaptiveAveragePool2d(new Extent(3, 2)), [2, 3, 4, 5] },
        { "convolution with uneven padding", new Conv2d(3, 4, 3, Random, new() { Padding = new Padding(0, 1, 2, 0) }), [2, 3, 5, 4] },
        { "global average pooling", new GlobalAveragePool2d(), [2, 3, 4, 4] },
        { "scale and shift of channels", new ChannelAffine(3), [2, 3, 5] },
        { "scale of channels on the last axis", new ChannelAffine(5, bias: false, channelAxis: -1), [2, 3, 5] },
        { "identity", new Identity(), [2, 3] },
        { "permutation of the axes", new Permute(0, 3, 1, 2), [2, 3, 4, 5] },
        { "flatten", new Flatten(), [2, 3, 4] },
        { "batch normalization", new BatchNorm(4), [16, 4] },
        { "layer normalization", new LayerNorm(8), [4, 8] },
        { "batch normalization without a shift", new BatchNorm(4, new() { Bias = false }), [16, 4] },
        { "group normalization without a shift", new GroupNorm(2, 4, new() { Bias = false }), [3, 4, 5] },
        { "instance normalization without a shift", new InstanceNorm(4, new() { Affine = true, Bias = false }), [3, 4, 5] },
        {
            "network",
            new Sequential(new Linear(6, 8, Random, bias: false), new BatchNorm(8), new Tanh(), new Linear(8, 2, Random)),
            [16, 6]
        },
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void Finds_built_in_layers_right(string name, Layer layer, nint[] lengths)
    {
        IReadOnlyList<GradientError> errors = GradientCheck.Check(layer, Values(lengths));
        Assert.Equal(["input", .. layer.NamedParameters().Select(parameter => parameter.Path)], errors.Select(error => error.Name));
        Assert.All(errors, error => Assert.True(error.RelativeError < 3e-4, $"{name}: {error}"));
    }

    [Fact]
    public void Finds_built_in_losses_right()
    {
        Tensor<float> output = Values([6, 5]);
        AssertRight(GradientCheck.Check(new MeanSquaredError(), output, Values([6, 5], seed: 2)));
        AssertRight(GradientCheck.Check(new SoftmaxCrossEntropy(), output, TestData.Tensor([0, 4, 1, 2, 3, 0], 6)));

        static void AssertRight(GradientError error)
        {
            Assert.Equal("output", error.Name);
            Assert.True(error.RelativeError < 1e-5, error.ToString());
        }
    }

    [Fact]
    public void Tells_where_a_gradient_is_wrong_and_by_how_much()
    {
        var layer = new Twice { WrongAt = 7 };
        Tensor<float> input = Values([3, 4]);
        GradientError error = Assert.Single(GradientCheck.Check(layer, input));
        Assert.Equal("input", error.Name);
        Assert.Equal([1, 3], error.Index);
        Assert.Equal(0.5, error.Backward / error.Difference, 1e-3);
        Assert.Equal(
            Math.Abs(error.Backward - error.Difference) / Scale(), error.RelativeError, 1e-3);
        Assert.StartsWith("input[1, 3]: backward ", error.ToString(), StringComparison.Ordinal);

        double Scale()
        {
            var upstream = new float[12];
            new RandomStream(0, 0).FillUniform(upstream, -1, 1);
            return upstream.Max(u => Math.Abs(2 * u));
        }
    }

    [Fact]
    public void Tells_which_parameter_s_gradient_is_wrong()
    {
        var layer = new Linear(6, 4, new RandomSource(1));
        IReadOnlyList<GradientError> errors = GradientCheck.Check(new WithoutBias(layer), Values([5, 6]));
        Assert.True(errors[0].RelativeError < 1e-3 && errors[1].RelativeError < 1e-3);
        Assert.Equal(("bias", 1), (errors[2].Name, errors[2].RelativeError));
    }

    [Fact]
    public void A_gradient_that_is_not_a_number_has_an_error_that_is_none()
    {
        GradientError error = Assert.Single(GradientCheck.Check(new Twice { WrongAt = 5, Wrong = float.NaN }, Values([3, 4])));
        Assert.Equal((double.NaN, double.NaN), (error.RelativeError, error.Backward));
        Assert.Equal([1, 1], error.Index);
    }

    [Fact]
    public void A_zero_gradient_has_no_error()
    {
        GradientError error = Assert.Single(GradientCheck.Check(new Relu(), TestData.Tensor<float>([-1, -2], 1, 2)));
        Assert.Equal((0, 0, 0), (error.RelativeError, error.Backward, error.Difference));
    }

    [Fact]
    public void Checks_as_many_elements_as_asked_for_the_same_ones_for_a_seed()
    {
        var errors = new HashSet<string>();
        for (ulong seed = 0; seed < 20; seed++)
        {
            var options = new GradientCheckOptions { Samples = 1, Seed = seed };
            GradientError error = Assert.Single(GradientCheck.Check(new Twice(), Values([3, 4]), options));
            Assert.Equal(error.ToString(), GradientCheck.Check(new Twice(), Values([3, 4]), options)[0].ToString());
            errors.Add(string.Join(",", error.Index));
        }

        Assert.InRange(errors.Count, 5, 12);
        int forwards = 0;
        GradientCheck.Check(new Twice(), Values([3, 4]), new() { Samples = 5, BeforeForward = () => forwards++ });
        Assert.Equal(2 + 4 * 5, forwards);
    }

    [Fact]
    public void Leaves_input_and_values_as_they_are_and_gradients_at_zero()
    {
        var layer = new Linear(6, 4, new RandomSource(1));
        Tensor<float> input = Values([5, 6]);
        float[] weights = layer.Weight.Value.ToArray(), before = input.ToArray();
        layer.Weight.Gradient.Fill(3);
        GradientCheck.Check(layer, input);
        Assert.Equal(weights, layer.Weight.Value.ToArray());
        Assert.Equal(before, input.ToArray());
        Assert.All(layer.Weight.Gradient.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Uses_the_pass_that_is_asked_for()
    {
        var layer = new BatchNorm(4);
        GradientCheck.Check(layer, Values([8, 4]), new() { Pass = Pass.Inference });
        Assert.Equal(0, layer.RunningStatistics!.BatchesTracked);
        GradientCheck.Check(layer, Values([8, 4]));
        Assert.NotEqual(0, layer.RunningStatistics!.BatchesTracked);
    }

    [Fact]
    public void A_layer_that_draws_must_be_reset()
    {
        var dropout = new Dropout(0.5, new RandomSource(1));
        Tensor<float> input = Values([4, 8]);
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => GradientCheck.Check(dropout, input));
        Assert.Contains("BeforeForward", refused.Message, StringComparison.Ordinal);
        GradientError error = GradientCheck.Check(dropout, input, new() { BeforeForward = () => dropout.TrainingPasses = 0 })[0];
        Assert.True(error.RelativeError < 1e-4, error.ToString());
    }

    [Fact]
    public void Refuses_what_no_layer_may_return()
    {
        Tensor<float> input = Values([3, 4]);
        AssertThrows(new Twice { Output = _ => null! }, "The layer's Forward returned null");
        AssertThrows(new Twice { Gradient = _ => null! }, "The layer's Backward returned null");
        AssertThrows(new Twice { Gradient = _ => Zeros([4, 3]) }, "Backward returned a gradient [4, 3]; the input is [3, 4]");

        void AssertThrows(Layer layer, string message) => Assert.Contains(
            message, Assert.Throws<InvalidOperationException>(() => GradientCheck.Check(layer, input)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_arguments_that_make_no_sense()
    {
        Tensor<float> input = Values([3, 4]);
        AssertRefused<ArgumentNullException>(() => GradientCheck.Check(null!, input), "layer");
        AssertRefused<ArgumentNullException>(() => GradientCheck.Check(new Relu(), null!), "input");
        AssertRefused<ArgumentNullException>(() => GradientCheck.Check((Loss<float>)null!, input, input), "loss");
        AssertRefused<ArgumentNullException>(() => GradientCheck.Check(new MeanSquaredError(), null!, input), "output");
        AssertRefused<ArgumentNullException>(() => GradientCheck.Check(new MeanSquaredError(), input, null!), "target");
        AssertRefused<ArgumentException>(() => GradientCheck.Check(new Linear(3, 1, new RandomSource(1)), input), "input", "[3, 4]");
        foreach (double step in (double[])[0, -1, double.NaN, double.PositiveInfinity, 1e39])
        {
            AssertOptionsRefused(new() { Step = step }, "The step");
        }

        AssertOptionsRefused(new() { Samples = 0 }, "At least 1");

        void AssertOptionsRefused(GradientCheckOptions options, string message) =>
            AssertRefused<ArgumentOutOfRangeException>(() => GradientCheck.Check(new Relu(), input, options), "options", message);
    }

    private static Tensor<float> Values(ReadOnlySpan<nint> lengths, int seed = 1) =>
        TestData.Tensor(TestData.Uniform((int)TensorPrimitives.Product(lengths), seed), lengths);

    /// <summary>y = 2x, with a gradient that is wrong in one element.</summary>
    private sealed class Twice : Layer
    {
        public int WrongAt { get; init; } = -1;

        public float Wrong { get; init; } = 0.5f;

        public Func<Tensor<float>, Tensor<float>> Output { get; init; } = static output => output;

        public Func<Tensor<float>, Tensor<float>> Gradient { get; init; } = static gradient => gradient;

        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => Output(Tensor.Multiply(input, 2f));

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
        {
            Tensor<float> gradient = Tensor.Multiply(outputGradient, 2f);
            if (WrongAt >= 0)
            {
                gradient.Elements()[WrongAt] *= Wrong;
            }

            return Gradient(gradient);
        }
    }

    /// <summary>A linear layer that forgets the gradient of its bias.</summary>
    private sealed class WithoutBias(Linear linear) : Layer
    {
        public override IReadOnlyList<Parameter> Parameters => linear.Parameters;

        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => linear.Forward(input, pass);

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
        {
            Tensor<float> gradient = linear.Backward(outputGradient);
            linear.Bias!.ZeroGradient();
            return gradient;
        }
    }
}
