using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Images;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;
using TestData = Evenkeel.Tests.Support.TestData;

namespace Evenkeel.Tests.Layers;

public class Conv2dTests
{
    [Fact]
    public void Agrees_with_the_reference_whatever_the_shape() => Properties.Check(Shapes, shape =>
    {
        float[] x = TestData.Uniform(shape.InputLength, seed: 1), dy = TestData.Uniform(shape.OutputLength, seed: 2);
        Conv2d layer = Make(shape);
        var reference = new ConvolutionReference(shape);
        double[] weight = TestData.Widen(layer.Weight.Values), bias = TestData.Widen(layer.Bias!.Values);

        float[] y = [.. layer.Forward(TestData.Tensor(x, InputLengths(shape)), Pass.Training)];
        float[] dx = [.. layer.Backward(TestData.Tensor(dy, OutputLengths(shape)))];

        double[] wideX = TestData.Widen(x), wideDy = TestData.Widen(dy);
        AssertClose(reference.Forward(wideX, weight, bias), y, Tolerances.Product, what: "output");
        AssertClose(reference.InputGradient(wideDy, weight), dx, Tolerances.Product, what: "input gradient");
        AssertClose(reference.WeightGradient(wideX, wideDy), layer.Weight.Gradients, Tolerances.Product, what: "gradient of weight");
        AssertClose(reference.BiasGradient(wideDy), layer.Bias.Gradients, Tolerances.SumOfParts, what: "gradient of bias");
    });

    [Fact]
    public void Gradients_of_parameters_add_up_with_or_without_the_gradient_of_the_input()
    {
        var layer = new Conv2d(3, 4, 3, new RandomSource(1));
        layer.Forward(TestData.Tensor(TestData.Uniform(2 * 3 * 5 * 6, seed: 1), 2, 3, 5, 6), Pass.Training);
        var gradient = TestData.Tensor(TestData.Uniform(2 * 4 * 3 * 4, seed: 2), 2, 4, 3, 4);

        layer.BackwardToParameters(gradient);
        double[] once = Gradients();
        layer.Backward(gradient);
        AssertClose([.. once.Select(value => 2 * value)], Gradients(), Tolerances.RoundedOnce);

        double[] Gradients() => TestData.Widen((float[])[.. layer.Weight.Gradient, .. layer.Bias!.Gradient]);
    }

    [Fact]
    public void Has_its_parameters_named_and_shaped_as_in_PyTorch()
    {
        var layer = new Conv2d(6, 4, new Extent(3, 5), new RandomSource(1), new() { Groups = 2 });
        Assert.Equal(["weight", "bias"], layer.Parameters.Select(parameter => parameter.Name));
        Assert.Equal([4, 3, 3, 5], layer.Weight.Value.Lengths);
        Assert.Equal([4], layer.Bias!.Value.Lengths);
        Assert.All(layer.Bias.Value, value => Assert.Equal(0, value));
        Assert.Equal(["weight"], new Conv2d(3, 2, 3, new() { Bias = false }).Parameters.Select(parameter => parameter.Name));
    }

    [Theory]
    [InlineData(7, 3, 1, 1)]
    [InlineData(7, 4, 1, 1)]
    [InlineData(8, 3, 2, 1)]
    [InlineData(7, 3, 2, 2)]
    [InlineData(5, 1, 3, 1)]
    public void Same_padding_gives_the_size_divided_by_the_stride_rounded_up(int size, int kernel, int stride, int dilation)
    {
        var layer = new Conv2d(
            2, 3, kernel, new RandomSource(1), new() { Stride = stride, Dilation = dilation, Padding = Padding.Same });
        int outputs = (size + stride - 1) / stride;
        int total = Math.Max(0, (outputs - 1) * stride + (kernel - 1) * dilation + 1 - size), before = total / 2, after = total - before;
        var explicitly = new Conv2d(2, 3, kernel, new RandomSource(1), new()
        {
            Stride = stride,
            Dilation = dilation,
            Padding = new Padding(before, before, after, after),
        });
        Tensor<float> x = TestData.Tensor(TestData.Uniform(2 * size * size, seed: 1), 1, 2, size, size);
        Assert.Equal([1, 3, outputs, outputs], layer.OutputShape(x.Lengths));
        Assert.Equal([.. explicitly.Forward(x, Pass.Training)], (float[])[.. layer.Forward(x, Pass.Training)]);
    }

    [Fact]
    public void Draws_weights_by_the_inputs_and_outputs_that_a_kernel_joins()
    {
        var layer = new Conv2d(64, 64, 3, new RandomSource(3), new() { Groups = 2 });
        double variance = layer.Weight.Value.Average(w => (double)w * w);
        Assert.InRange(variance * 32 * 9 / 2, 0.97, 1.03);
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        var random = new RandomSource(1);
        AssertRefused<ArgumentOutOfRangeException>(() => new Conv2d(0, 2, 3, random), "inputs");
        AssertRefused<ArgumentOutOfRangeException>(() => new Conv2d(2, -1, 3, random), "outputs");
        AssertRefused<ArgumentOutOfRangeException>(() => new Conv2d(2, 2, new Extent(3, 0), random), "kernel", "3×0", "at least 1");
        AssertRefused<ArgumentNullException>(() => new Conv2d(2, 2, 3, (RandomSource)null!), "random");
        AssertRefused<ArgumentOutOfRangeException>(() => new Conv2d(2, 2, 3, random, new() { Stride = 0 }), "options", "0×0");
        AssertRefused<ArgumentOutOfRangeException>(() => new Conv2d(2, 2, 3, random, new() { Padding = -1 }), "options", "-1×-1");
        AssertRefused<ArgumentOutOfRangeException>(() =>
            new Conv2d(2, 2, 3, random, new() { Dilation = new Extent(1, 0) }), "options", "1×0");
        AssertRefused<ArgumentOutOfRangeException>(() => new Conv2d(2, 2, 3, random, new() { Groups = 0 }), "options");
        AssertRefused<ArgumentException>(() => new Conv2d(6, 4, 3, random, new() { Groups = 3 }), "options", "3 groups", "6", "4");
        AssertRefused<ArgumentOutOfRangeException>(() =>
            new Conv2d(2, 2, 3, random, new() { ChannelAxis = 2 }), "options", "axis of images must be 1");

        var layer = new Conv2d(3, 2, new Extent(3, 2), new() { Dilation = 2, Padding = new Extent(1, 0) });
        Assert.Throws<InvalidOperationException>(() => layer.Backward(Zeros([4, 2, 1, 1])));
        AssertInputRefused(layer, [4, 5, 8, 8], "[4, 5, 8, 8]", "5 channels", "takes 3");
        AssertInputRefused(layer, [3, 8, 8], "[3, 8, 8]", "[N, C, H, W]");
        AssertInputRefused(layer, [0, 3, 8, 8], "is empty");
        AssertInputRefused(layer, [4, 3, 2, 8], "4×8 with its padding", "5×3");
        AssertInputRefused(layer, [4, 3, 8, 2], "10×2 with its padding", "5×3");
        layer.Forward(Zeros([4, 3, 8, 8]), Pass.Training);
        AssertRefused<ArgumentException>(() => layer.Backward(Zeros([4, 2, 6, 5])), "outputGradient", "[4, 2, 6, 5]", "[4, 2, 6, 6]");

        var wide = new Conv2d(1, 1_000_000, 1, new() { Padding = 1000 });
        AssertInputRefused(wide, [1, 1, 1, 1], "2001×2001", "1000000 channels");
        AssertInputRefused(new Conv2d(1, 1, 1, new() { Padding = int.MaxValue }), [1, 1, 1, 1], "4294967295×4294967295");
    }

    /// <summary>Seldom-chosen shapes in all combinations: both layouts, strides, paddings, dilations, groups.</summary>
    private static Arbitrary<ConvolutionShape> Shapes { get; } = (
        from samples in Gen.Choose(1, 4)
        from groups in Gen.Elements(1, 1, 1, 2, 3)
        from inputs in Gen.Elements(1, 1, 2, 3, 5, 16, 17)
        from outputs in Gen.Elements(1, 1, 2, 3, 5, 16, 17, 33)
        from rows in Axes
        from columns in Axes
        from channelLast in Gen.Elements(false, true)
        select new ConvolutionShape(samples, groups * inputs, groups * outputs, groups, rows, columns, channelLast))
        .Where(shape => shape.Rows.Output > 0 && shape.Columns.Output > 0).ToArbitrary();

    private static Gen<ConvolutionAxis> Axes =>
        from input in Gen.Choose(1, 13)
        from kernel in Gen.Choose(1, 5)
        from stride in Gen.Choose(1, 4)
        from padding in Gen.Choose(0, 4)
        from paddingAfter in Gen.Frequency((2, Gen.Constant(padding)), (1, Gen.Choose(0, 4)))
        from dilation in Gen.Choose(1, 3)
        select new ConvolutionAxis(input, kernel, stride, padding, paddingAfter, dilation);

    private static Conv2d Make(in ConvolutionShape shape)
    {
        var layer = new Conv2d(
            shape.Inputs,
            shape.Outputs,
            new Extent(shape.Rows.Kernel, shape.Columns.Kernel),
            new RandomSource(5),
            new()
            {
                Stride = new Extent(shape.Rows.Stride, shape.Columns.Stride),
                Padding = new Padding(
                    shape.Rows.Padding, shape.Columns.Padding, shape.Rows.PaddingAfter, shape.Columns.PaddingAfter),
                Dilation = new Extent(shape.Rows.Dilation, shape.Columns.Dilation),
                Groups = shape.Groups,
                ChannelAxis = shape.ChannelLast ? -1 : 1,
            });
        TestData.Uniform(shape.Outputs, seed: 3).CopyTo(layer.Bias!.Values);
        return layer;
    }

    private static nint[] InputLengths(in ConvolutionShape shape) => shape.ChannelLast
        ? [shape.Samples, shape.Rows.Input, shape.Columns.Input, shape.Inputs]
        : [shape.Samples, shape.Inputs, shape.Rows.Input, shape.Columns.Input];

    private static nint[] OutputLengths(in ConvolutionShape shape) => shape.ChannelLast
        ? [shape.Samples, shape.Rows.Output, shape.Columns.Output, shape.Outputs]
        : [shape.Samples, shape.Outputs, shape.Rows.Output, shape.Columns.Output];
}
