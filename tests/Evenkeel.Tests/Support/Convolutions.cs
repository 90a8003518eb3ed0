using Evenkeel.Numerics.Images;

namespace Evenkeel.Tests.Support;

/// <summary>Shapes of convolutions on which the kernels take different paths.</summary>
internal static class Convolutions
{
    /// <summary>Samples; inputs, outputs, groups; height and width; kernel, stride, padding, dilation, each by rows and columns.</summary>
    public static ConvolutionShape[] All { get; } =
    [
        .. BothLayouts(1, (1, 1, 1), (1, 1), (1, 1)),
        .. BothLayouts(2, (3, 16, 1), (7, 9), (3, 3), padding: (1, 1)),
        .. BothLayouts(2, (1, 17, 1), (9, 8), (3, 3), padding: (1, 1)),
        .. BothLayouts(3, (5, 3, 1), (6, 7), (1, 5), padding: (0, 2)),
        .. BothLayouts(3, (16, 5, 1), (6, 7), (5, 1), padding: (2, 0)),
        .. BothLayouts(2, (17, 48, 1), (5, 6), (1, 1)),
        .. BothLayouts(1, (64, 64, 1), (8, 8), (3, 3), padding: (1, 1)), // three blocks of the inner dimension
        .. BothLayouts(2, (16, 49, 1), (8, 8), (3, 3), (2, 2), (1, 1)),
        .. BothLayouts(2, (16, 33, 1), (9, 7), (1, 1), (2, 2)),
        .. BothLayouts(2, (5, 4, 1), (11, 10), (3, 2), (2, 3), (1, 0)),
        .. BothLayouts(2, (3, 8, 1), (9, 9), (3, 3), (1, 1), (4, 5)), // more padding than the kernel needs
        .. BothLayouts(2, (3, 8, 1), (9, 11), (3, 3), (1, 1), (2, 2), (2, 2)),
        .. BothLayouts(2, (4, 6, 1), (12, 13), (3, 3), (2, 3), (3, 1), (3, 2)),
        .. BothLayouts(2, (4, 6, 1), (12, 13), (3, 3), (4, 2), (3, 2), (2, 4)), // strides and dilations with common divisors
        .. BothLayouts(2, (3, 4, 1), (10, 10), (2, 2), (4, 5)), // strides that leave pixels out
        .. BothLayouts(1, (2, 2, 1), (3, 4), (3, 4), (7, 9)), // strides larger than the image
        .. BothLayouts(2, (6, 4, 2), (6, 5), (3, 3), padding: (1, 1)),
        .. BothLayouts(2, (12, 48, 2), (5, 6), (3, 3), (2, 1), (1, 1)), // registers that reach over a group's last output
        .. BothLayouts(2, (6, 12, 3), (6, 5), (2, 3), (2, 2), (1, 1), (2, 1)),
        .. BothLayouts(2, (5, 5, 5), (7, 6), (3, 3), padding: (1, 1)), // one filter per channel
        .. BothLayouts(2, (16, 16, 16), (7, 6), (1, 1)),
        .. BothLayouts(2, (70, 70, 70), (7, 6), (3, 3), (2, 2), (1, 1)),
        .. BothLayouts(2, (33, 33, 33), (9, 8), (3, 2), (2, 3), (2, 1), (3, 2)),
        .. BothLayouts(2, (3, 6, 3), (6, 5), (3, 3), padding: (1, 1)), // two filters per channel
        .. BothLayouts(300, (3, 4, 1), (1, 1), (1, 1)),
        .. BothLayouts(70, (4, 3, 1), (2, 2), (2, 2)),
        .. BothLayouts(1, (3, 5, 1), (1, 5000), (1, 7), padding: (0, 3)),
        .. BothLayouts(1, (2, 3, 1), (500, 90), (5, 3), (2, 1), (2, 1)), // regions of rows
        .. BothLayouts(1, (40, 3, 1), (7, 900), (3, 3), (1, 2), (1, 1)), // regions of columns
    ];

    /// <summary>The output and both gradients, on numbers that are the same on every machine.</summary>
    public static float[] Results(ConvolutionShape shape)
    {
        float[] x = TestData.Uniform(shape.InputLength, seed: 1), dy = TestData.Uniform(shape.OutputLength, seed: 2);
        float[] weight = TestData.Uniform(shape.WeightLength, seed: 3), bias = TestData.Uniform(shape.Outputs, seed: 4);
        float[] y = new float[dy.Length], dx = new float[x.Length], dw = new float[weight.Length];
        Convolution.Forward(shape, x, weight, bias, default, y);
        Convolution.InputGradient(shape, dy, weight, dx);
        Convolution.WeightGradient(shape, x, dy, dw, accumulate: false);
        return [.. y, .. dx, .. dw];
    }

    public static IEnumerable<ConvolutionShape> BothLayouts(
        int samples,
        (int Inputs, int Outputs, int Groups) channels,
        (int Height, int Width) size,
        (int Height, int Width) kernel,
        (int Height, int Width)? stride = null,
        (int Height, int Width) padding = default,
        (int Height, int Width)? dilation = null)
    {
        (int Height, int Width) step = stride ?? (1, 1), spread = dilation ?? (1, 1);
        foreach (bool channelLast in (bool[])[true, false])
        {
            yield return new ConvolutionShape(
                samples,
                channels.Inputs,
                channels.Outputs,
                channels.Groups,
                new ConvolutionAxis(size.Height, kernel.Height, step.Height, padding.Height, spread.Height),
                new ConvolutionAxis(size.Width, kernel.Width, step.Width, padding.Width, spread.Width),
                channelLast);
        }
    }
}
