using Evenkeel.Numerics.Images;

namespace Evenkeel.Tests.Reference;

/// <summary>A convolution in double precision, by loops over every pair of pixels that meet.</summary>
internal sealed class ConvolutionReference(ConvolutionShape shape)
{
    public double[] Forward(double[] x, double[] weight, double[]? bias)
    {
        var y = new double[shape.OutputLength];
        EachProduct((input, w, output) => y[output] += weight[w] * x[input]);
        for (int i = 0; i < y.Length; i++)
        {
            y[i] += bias?[OutputChannel(i)] ?? 0;
        }

        return y;
    }

    public double[] InputGradient(double[] dy, double[] weight)
    {
        var dx = new double[shape.InputLength];
        EachProduct((input, w, output) => dx[input] += weight[w] * dy[output]);
        return dx;
    }

    public double[] WeightGradient(double[] x, double[] dy)
    {
        var gradient = new double[shape.WeightLength];
        EachProduct((input, w, output) => gradient[w] += x[input] * dy[output]);
        return gradient;
    }

    public double[] BiasGradient(double[] dy)
    {
        var gradient = new double[shape.Outputs];
        for (int i = 0; i < dy.Length; i++)
        {
            gradient[OutputChannel(i)] += dy[i];
        }

        return gradient;
    }

    public int OutputChannel(int element) => shape.ChannelLast
        ? element % shape.Outputs
        : element / (shape.Rows.Output * shape.Columns.Output) % shape.Outputs;

    /// <summary>Calls with the places of an input, a weight and the output to which their product belongs, for all of them.</summary>
    public void EachProduct(Action<int, int, int> product)
    {
        for (int n = 0; n < shape.Samples; n++)
        {
            for (int o = 0; o < shape.Outputs; o++)
            {
                for (int i = 0; i < shape.Rows.Output; i++)
                {
                    for (int j = 0; j < shape.Columns.Output; j++)
                    {
                        EachProductOf(n, o, i, j, product);
                    }
                }
            }
        }
    }

    private void EachProductOf(int n, int o, int i, int j, Action<int, int, int> product)
    {
        int output = Place(n, o, i, j, shape.Outputs, shape.Rows.Output, shape.Columns.Output);
        int group = o / shape.GroupOutputs;
        for (int c = 0; c < shape.GroupInputs; c++)
        {
            for (int u = 0; u < shape.Rows.Kernel; u++)
            {
                for (int v = 0; v < shape.Columns.Kernel; v++)
                {
                    int y = i * shape.Rows.Stride + u * shape.Rows.Dilation - shape.Rows.Padding;
                    int x = j * shape.Columns.Stride + v * shape.Columns.Dilation - shape.Columns.Padding;
                    if (y >= 0 && y < shape.Rows.Input && x >= 0 && x < shape.Columns.Input)
                    {
                        product(
                            Place(n, group * shape.GroupInputs + c, y, x, shape.Inputs, shape.Rows.Input, shape.Columns.Input),
                            ((o * shape.GroupInputs + c) * shape.Rows.Kernel + u) * shape.Columns.Kernel + v,
                            output);
                    }
                }
            }
        }
    }

    private int Place(int sample, int channel, int row, int column, int channels, int height, int width) => shape.ChannelLast
        ? ((sample * height + row) * width + column) * channels + channel
        : ((sample * channels + channel) * height + row) * width + column;
}
