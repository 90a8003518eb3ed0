using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Numerics.Images;

/// <summary>The mean of the patches that a convolution multiplies with its filters.</summary>
internal static class MeanPatch
{
    /// <summary>Computes the mean of x[n, c, i·s + u·d − p, j·s + v·d − p] over n, i and j for all c, u and v.</summary>
    /// <remarks>There are zeros around the images.</remarks>
    /// <param name="shape">The shape.</param>
    /// <param name="x">The images.</param>
    /// <param name="sums">Scratch memory: a value for each element of an image.</param>
    /// <param name="means">Receives the means [inputs, kernel rows, kernel columns].</param>
    public static void Compute(in ConvolutionShape shape, ReadOnlySpan<float> x, Span<double> sums, Span<float> means)
    {
        SpanChecks.Length<float>(means, shape.Inputs * shape.Taps);
        ChannelSums.Compute(x, new ChannelView(shape.Samples, shape.InputLength / shape.Samples, 1), sums);
        double positions = (double)shape.Samples * shape.Rows.Output * shape.Columns.Output;
        int pixel = shape.ChannelLast ? shape.Inputs : 1;
        int plane = shape.ChannelLast ? 1 : shape.Rows.Input * shape.Columns.Input;
        int mean = 0;
        for (int channel = 0; channel < shape.Inputs; channel++)
        {
            for (int row = 0; row < shape.Rows.Kernel; row++)
            {
                for (int column = 0; column < shape.Columns.Kernel; column++)
                {
                    means[mean++] = (float)(Sum(shape, sums[(channel * plane)..], pixel, row, column) / positions);
                }
            }
        }
    }

    private static double Sum(in ConvolutionShape shape, ReadOnlySpan<double> sums, int pixel, int row, int column)
    {
        double sum = 0;
        for (int i = 0; i < shape.Rows.Output; i++)
        {
            int y = i * shape.Rows.Stride + row * shape.Rows.Dilation - shape.Rows.Padding;
            if ((uint)y >= (uint)shape.Rows.Input)
            {
                continue;
            }

            for (int j = 0; j < shape.Columns.Output; j++)
            {
                int x = j * shape.Columns.Stride + column * shape.Columns.Dilation - shape.Columns.Padding;
                if ((uint)x < (uint)shape.Columns.Input)
                {
                    sum += sums[(y * shape.Columns.Input + x) * pixel];
                }
            }
        }

        return sum;
    }
}
