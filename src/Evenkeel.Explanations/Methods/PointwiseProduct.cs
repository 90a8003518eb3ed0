using Evenkeel.Explanations.Graphs;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Explanations.Methods;

/// <summary>x_j = Σ θ_ji·p_i over the channels i: a dense layer, or a convolution with a kernel of one pixel.</summary>
internal static class PointwiseProduct
{
    /// <summary>Weights with 1 on the diagonal and small numbers beside it.</summary>
    /// <param name="channels">The number of inputs and outputs.</param>
    /// <param name="offset">Is added in turn, with changing signs, to make other weights of the same kind.</param>
    public static double[] Weights(int channels, double offset = 0) =>
    [
        .. Enumerable.Range(0, channels * channels).Select(i =>
            (i / channels == i % channels ? 1 : i / channels < i % channels ? 0.5 : -0.5) + (i % 3 == 0 ? offset : -offset)),
    ];

    /// <summary>Creates the library's layer for inputs of a shape.</summary>
    public static Layer Layer(int[] shape, double[] weights, double[]? bias = null)
    {
        int channels = shape[1];
        var random = new RandomSource(0);
        Layer layer = shape.Length switch
        {
            2 => new Linear(channels, channels, random, bias is not null),
            3 => new Conv1d(channels, channels, 1, random, new() { Bias = bias is not null }),
            _ => new Conv2d(channels, channels, 1, random, new() { Bias = bias is not null }),
        };
        LibraryPass.SetParameter(layer, "weight", weights);
        LibraryPass.SetParameter(layer, "bias", bias);
        return layer;
    }

    /// <summary>Computes the product in double precision.</summary>
    public static double[] Apply(int[] shape, double[] weights, double[]? bias, double[] inputs)
    {
        int channels = shape[1], inner = ElementLayout.Product(shape.AsSpan(2));
        double[] outputs = new double[inputs.Length];
        for (int e = 0; e < outputs.Length; e++)
        {
            int n = e / inner / channels, j = e / inner % channels;
            outputs[e] = bias?[j] ?? 0;
            for (int i = 0; i < channels; i++)
            {
                outputs[e] += weights[j * channels + i] * inputs[(n * channels + i) * inner + e % inner];
            }
        }

        return outputs;
    }
}
