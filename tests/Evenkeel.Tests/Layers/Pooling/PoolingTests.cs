using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Pooling;
using Evenkeel.Tests.Golden;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using Xunit.Abstractions;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Layers.Pooling;

public class PoolingTests(ITestOutputHelper output)
{
    private readonly GoldenComparison _comparison = new(output);

    [Theory]
    [InlineData("max-pool", 1)]
    [InlineData("max-pool", -1)]
    [InlineData("max-pool-oblong", 1)]
    [InlineData("max-pool-oblong", -1)]
    [InlineData("average-pool", 1)]
    [InlineData("average-pool", -1)]
    [InlineData("average-pool-oblong", 1)]
    [InlineData("average-pool-oblong", -1)]
    [InlineData("max-pool-ceil", 1)]
    [InlineData("max-pool-ceil", -1)]
    [InlineData("average-pool-ceil", 1)]
    [InlineData("average-pool-ceil", -1)]
    [InlineData("average-pool-inside", 1)]
    [InlineData("average-pool-inside", -1)]
    [InlineData("average-pool-inside-ceil", 1)]
    [InlineData("average-pool-inside-ceil", -1)]
    [InlineData("adaptive-average-pool", 1)]
    [InlineData("adaptive-average-pool", -1)]
    [InlineData("adaptive-average-pool-even", 1)]
    [InlineData("adaptive-average-pool-even", -1)]
    [InlineData("adaptive-average-pool-larger", 1)]
    [InlineData("adaptive-average-pool-larger", -1)]
    [InlineData("global-average-pool", 1)]
    [InlineData("global-average-pool", -1)]
    public void Equals_PyTorch(string name, int axis)
    {
        GoldenFile golden = GoldenFile.Read(name);
        GoldenValues step = Assert.Single(golden.Steps);
        Layer layer = name switch
        {
            "global-average-pool" => new GlobalAveragePool2d(axis),
            _ when name.StartsWith("adaptive", StringComparison.Ordinal) => new AdaptiveAveragePool2d(Option("output_size"), axis),
            _ when name.StartsWith("max", StringComparison.Ordinal) =>
                new MaxPool2d(Option("kernel_size"), Option("stride"), Option("padding"), axis, golden.Option("ceil_mode", false)),
            _ => new AveragePool2d(
                Option("kernel_size"),
                Option("stride"),
                Option("padding"),
                axis,
                golden.Option("ceil_mode", false),
                golden.Option("count_include_pad", true)),
        };

        (float[] y, float[] dx) = Run(
            layer, axis, GoldenComparison.Tensor(step["input"]), GoldenComparison.Tensor(step["output_gradient"]));

        _comparison.AssertClose(step, "output", y, Tolerances.Pooling);
        _comparison.AssertClose(step, "input_gradient", dx, Tolerances.Pooling);

        Extent Option(string option)
        {
            int[] values = golden.Option<int[]>(option);
            return new Extent(values[0], values[1]);
        }
    }

    [Fact]
    public void Equals_the_reference_whatever_shapes_kernels_strides_and_paddings() => Properties.Check(Properties.Poolings, given =>
    {
        PoolingReference pooling = given.Pooling;
        nint[] lengths = [given.Samples, given.Channels, pooling.Size.Height, pooling.Size.Width];

        // Numbers of one digit, so that there are ties.
        float[] x = Array.ConvertAll(TestData.Uniform(pooling.InputLength, given.Seed), value => MathF.Round(5 * value));
        float[] dy = TestData.Uniform(pooling.OutputLength, given.Seed + 1);
        double[] wideX = TestData.Widen(x), wideDy = TestData.Widen(dy);
        foreach (int axis in (int[])[1, -1])
        {
            (float[] y, float[] dx) = Run(new MaxPool2d(pooling.Kernel, pooling.Stride, pooling.Padding, axis, pooling.CeilMode));
            AssertClose(pooling.Max(wideX), y, 0, what: "maximum");
            AssertClose(pooling.MaxGradient(wideX, wideDy), dx, Tolerances.Pooling, scale: 1, what: "gradient of maximum");
            (y, dx) = Run(new AveragePool2d(
                pooling.Kernel, pooling.Stride, pooling.Padding, axis, pooling.CeilMode, pooling.CountIncludePad));
            AssertClose(pooling.Average(wideX), y, Tolerances.Pooling, scale: 5, what: "average");
            AssertClose(pooling.AverageGradient(wideDy), dx, Tolerances.Pooling, scale: 1, what: "gradient of average");

            (float[], float[]) Run(Layer layer) => PoolingTests.Run(
                layer,
                axis,
                TestData.Tensor(x, lengths),
                TestData.Tensor(dy, [given.Samples, given.Channels, pooling.Output.Height, pooling.Output.Width]));
        }
    });

    [Fact]
    public void The_reference_gradients_are_those_of_finite_differences()
    {
        var pooling = new PoolingReference(
            2, new Extent(5, 6), new Extent(3, 2), new Extent(2, 1), new Padding(1, 1, 2, 0), CeilMode: true, CountIncludePad: false);
        double[] x = TestData.Widen(TestData.Uniform(pooling.InputLength, seed: 1));
        double[] dy = TestData.Widen(TestData.Uniform(pooling.OutputLength, seed: 2));
        AssertClose(
            FiniteDifferences.Gradient(x, () => TensorPrimitives.Dot<double>(pooling.Max(x), dy)),
            pooling.MaxGradient(x, dy),
            Tolerances.FiniteDifferences);
        AssertClose(
            FiniteDifferences.Gradient(x, () => TensorPrimitives.Dot<double>(pooling.Average(x), dy)),
            pooling.AverageGradient(dy),
            Tolerances.FiniteDifferences);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void The_maximum_of_a_window_with_NaN_is_the_last_NaN_and_that_of_equal_ones_the_first(int axis)
    {
        const float NaN = float.NaN, Infinity = float.PositiveInfinity;
        float[] image =
        [
            1, NaN, 2, NaN,
            NaN, 3, 5, 5,
            -Infinity, -Infinity, 0, -0f,
            -Infinity, -Infinity, -0f, 0,
        ];
        var input = TestData.Tensor([.. Enumerable.Repeat(image, 40).SelectMany(value => value)], 1, 40, 4, 4);
        var gradient = TestData.Tensor([.. Enumerable.Repeat((float[])[1, 2, NaN, 4], 40).SelectMany(value => value)], 1, 40, 2, 2);
        (float[] y, float[] dx) = Run(new MaxPool2d(2, channelAxis: axis), axis, input, gradient);
        for (int channel = 0; channel < 40; channel++)
        {
            AssertSameBits([NaN, NaN, -Infinity, 0], y.AsSpan(4 * channel, 4));
            AssertSameBits([0, 0, 0, 2, 1, 0, 0, 0, NaN, 0, 4, 0, 0, 0, 0, 0], dx.AsSpan(16 * channel, 16));
        }
    }

    [Fact]
    public void Global_average_is_the_mean_of_each_channel_in_double_precision()
    {
        float[] x = Array.ConvertAll(TestData.Uniform(2 * 300 * 17, seed: 1), value => 1e4f + value);
        var input = TestData.Tensor(x, 2, 17, 20, 15);
        double[] means = [.. x.Chunk(300).Select(plane => plane.Average(value => (double)value))];
        foreach (int axis in (int[])[1, -1])
        {
            (float[] y, _) = Run(new GlobalAveragePool2d(axis), axis, input, Zeros([2, 17]));
            AssertClose(means, y, Tolerances.RoundedOnce);
        }
    }

    [Fact]
    public void Flatten_makes_rows_of_samples_and_images_of_gradients()
    {
        var layer = new Flatten();
        var input = TestData.Tensor(TestData.Uniform(120, seed: 1), 2, 3, 4, 5);
        Tensor<float> rows = layer.Forward(input, Pass.Training);
        Assert.Equal([2, 60], rows.Lengths.ToArray());
        Assert.Equal(input, (IEnumerable<float>)rows);
        Tensor<float> images = layer.Backward(rows);
        Assert.Equal([2, 3, 4, 5], images.Lengths.ToArray());
        Assert.Equal(input, (IEnumerable<float>)images);
        Assert.Equal([3, 1], layer.Forward(Zeros([3]), Pass.Training).Lengths.ToArray());
    }

    [Theory]
    [InlineData(5, 2, 1)]
    [InlineData(5, 2, 2)]
    [InlineData(6, 3, 2)]
    [InlineData(7, 3, 3)]
    [InlineData(8, 3, 5)]
    public void Same_padding_gives_the_size_divided_by_the_stride_rounded_up(int size, int kernel, int stride)
    {
        var layer = new MaxPool2d(kernel, stride, Padding.Same);
        int outputs = (size + stride - 1) / stride, total = Math.Max(0, (outputs - 1) * stride + kernel - size), before = total / 2;
        var explicitly = new MaxPool2d(kernel, stride, new Padding(before, before, total - before, total - before));
        Tensor<float> x = TestData.Tensor(TestData.Uniform(size * size, seed: 1), 1, 1, size, size);
        Assert.Equal([1, 1, outputs, outputs], layer.OutputShape(x.Lengths));
        Assert.Equal([.. explicitly.Forward(x, Pass.Training)], (float[])[.. layer.Forward(x, Pass.Training)]);
    }

    [Fact]
    public void A_window_may_have_more_places_than_can_be_counted_in_32_bits()
    {
        const int Kernel = 1 << 17;
        var layer = new AveragePool2d(Kernel, 1, Kernel / 2);
        Tensor<float> y = layer.Forward(TestData.Tensor([2f], 1, 1, 1, 1), Pass.Training);
        Assert.Equal([1, 1, 2, 2], y.Lengths);
        Assert.All(y, value => Assert.Equal(MathF.ScaleB(1, -33), value));
        Assert.Equal([MathF.ScaleB(4, -33 - 34)], layer.Backward(y));
    }

    [Fact]
    public void Refuses_what_it_cannot_take()
    {
        AssertRefused<ArgumentOutOfRangeException>(() => new MaxPool2d(0), "kernel", "0×0", "at least 1");
        AssertRefused<ArgumentOutOfRangeException>(() => new MaxPool2d(2, new Extent(1, 0)), "stride", "1×0", "at least 1");
        AssertRefused<ArgumentOutOfRangeException>(() => new AveragePool2d(2, padding: -1), "padding", "-1×-1", "at least 0");
        AssertRefused<ArgumentOutOfRangeException>(
            () => new AveragePool2d(new Extent(3, 5), padding: 3), "padding", "3×3", "less than the kernel", "3×5");
        AssertRefused<ArgumentOutOfRangeException>(
            () => new MaxPool2d(2, padding: new Padding(0, 0, 1, 2)), "padding", "right 2", "less than the kernel", "2×2");
        AssertRefused<ArgumentOutOfRangeException>(() => new MaxPool2d(2, channelAxis: 2), "channelAxis", "2", "[N, H, W, C]");
        AssertRefused<ArgumentOutOfRangeException>(() => new GlobalAveragePool2d(0), "channelAxis", "[N, H, W, C]");
        AssertRefused<ArgumentOutOfRangeException>(() => new AdaptiveAveragePool2d(new Extent(0, 1)), "size", "0×1");
        AssertRefused<ArgumentOutOfRangeException>(() => new AdaptiveAveragePool2d(1, 2), "channelAxis", "[N, H, W, C]");
        foreach (Layer layer in (Layer[])
            [new MaxPool2d(3, padding: 1), new AveragePool2d(3, padding: 1), new GlobalAveragePool2d(), new AdaptiveAveragePool2d(2)])
        {
            AssertInputRefused(layer, [4, 3], "[4, 3]", "[N, C, H, W]");
            AssertInputRefused(layer, [0, 3, 4, 4], "empty");
            Assert.Throws<InvalidOperationException>(() => layer.Backward(Zeros([4, 3])));
        }

        AssertInputRefused(new MaxPool2d(new Extent(2, 5), padding: 1), [1, 2, 3, 2], "[1, 2, 3, 2]", "3×2", "1×1", "2×5");
        AssertInputRefused(new MaxPool2d(int.MaxValue, padding: int.MaxValue / 2), [1, 1, 0, 1], "empty");
        var pool = new MaxPool2d(2);
        pool.Forward(Zeros([1, 2, 4, 4]), Pass.Training);
        AssertRefused<ArgumentException>(() => pool.Backward(Zeros([1, 2, 4, 4])), "outputGradient", "[1, 2, 4, 4]", "[1, 2, 2, 2]");
        Assert.Throws<InvalidOperationException>(() => new Flatten().Backward(Zeros([4, 3])));
    }

    /// <summary>
    /// Runs a layer whose channels are on the given axis on tensors whose channels are on axis 1, and gives results likewise.
    /// </summary>
    private static (float[] Output, float[] InputGradient) Run(Layer layer, int axis, Tensor<float> input, Tensor<float> gradient)
    {
        Tensor<float> y = layer.Forward(axis == 1 ? input : ChannelLast(input), Pass.Training);
        float[] result = [.. axis == 1 ? y : ChannelFirst(y)];
        Tensor<float> dx = layer.Backward(axis == 1 ? gradient : ChannelLast(gradient));
        return (result, [.. axis == 1 ? dx : ChannelFirst(dx)]);
    }

    private static Tensor<float> ChannelLast(Tensor<float> images) =>
        images.Rank < 4 ? images : Tensor.PermuteDimensions(images, [0, 2, 3, 1]).ToDenseTensor();

    private static Tensor<float> ChannelFirst(Tensor<float> images) =>
        images.Rank < 4 ? images : Tensor.PermuteDimensions(images, [0, 3, 1, 2]).ToDenseTensor();
}
