using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Numerics;

namespace Evenkeel.Networks;

/// <summary>
/// A small network for small images: two blocks of 3×3 convolution, normalization, activation, dropout and 2×2 max pooling, then a linear
/// layer.
/// </summary>
/// <remarks>
/// <para>Shapes: input [N, H, W, channels], output [N, classes]; the blocks have 32 feature maps of H×W and 64 of half that size.</para>
/// <para>Names: conv1, norm1, relu1, dropout1, pool1, conv2, …, pool2, flatten, linear.</para>
/// </remarks>
public static class ConvolutionalNetwork
{
    private const int ChannelLast = -1;
    private const int Pooled = 2;

    private static readonly int[] Widths = [32, 64];

    /// <summary>Makes the network.</summary>
    /// <param name="size">The images' height and width, at least 4.</param>
    /// <param name="channels">The images' channels.</param>
    /// <param name="classes">The number of classes, one output each.</param>
    /// <param name="random">The source of random numbers for weights and dropout.</param>
    /// <param name="options">Normalization, initialization and dropout; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The images are smaller than 4×4, a number of channels or classes is below 1, or dropout is not at least 0 and below 1.
    /// </exception>
    public static Sequential Create(
        Extent size, int channels, int classes, RandomSource random, ConvolutionalNetworkOptions? options = null)
    {
        Extent.Check(size, 4, nameof(size));
        options ??= new ConvolutionalNetworkOptions();
        var layers = new List<(string Name, Layer Layer)>();
        for (int i = 1; i <= Widths.Length; i++)
        {
            int width = Widths[i - 1];

            // A normalization would subtract a bias again, and has a shift of its own.
            var convolution = new Conv2d(channels, width, 3, random, new Conv2dOptions
            {
                Padding = 1,
                Bias = options.Normalization is null,
                ChannelAxis = ChannelLast,
                Weights = options.Weights,
            });
            layers.Add(($"conv{i}", convolution));
            if (options.Normalization is not null)
            {
                layers.Add(($"norm{i}", options.Normalization(convolution)));
            }

            layers.Add(($"relu{i}", new Relu()));
            if (options.Dropout != 0)
            {
                layers.Add(($"dropout{i}", new ChannelDropout(options.Dropout, random, ChannelLast)));
            }

            layers.Add(($"pool{i}", new MaxPool2d(Pooled, channelAxis: ChannelLast)));
            (channels, size) = (width, new Extent(size.Height / Pooled, size.Width / Pooled));
        }

        layers.Add(("flatten", new Flatten()));
        var linear = new Linear(checked(size.Height * size.Width * channels), classes, random, bias: true, options.Weights);
        layers.Add(("linear", linear));
        return new Sequential(layers);
    }
}
