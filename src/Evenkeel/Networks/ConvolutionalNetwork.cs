using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Numerics;

namespace Evenkeel.Networks;

/// <summary>
/// A small network for small images: twice a convolution of 3×3, normalization, activation, dropout and the largest of 2×2, then a linear layer.
/// </summary>
/// <remarks>Shapes: input [N, H, W, channels], output [N, classes]; in between 32 feature maps of H×W, then 64 of half that size.</remarks>
public static class ConvolutionalNetwork
{
    private const int ChannelLast = -1;
    private const int Pooled = 2;

    private static readonly int[] Widths = [32, 64];

    /// <summary>Makes the network.</summary>
    /// <param name="size">The images' height and width, at least 4.</param>
    /// <param name="channels">The images' channels.</param>
    /// <param name="classes">The number of classes, which is that of the outputs.</param>
    /// <param name="random">Where weights and dropout draw their numbers from.</param>
    /// <param name="options">What stands behind the convolutions; the defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The images are smaller than 4×4, a number of channels or classes is below 1, or dropout is not at least 0 and below 1.</exception>
    public static Sequential Create(
        Extent size, int channels, int classes, RandomSource random, ConvolutionalNetworkOptions? options = null)
    {
        Extent.Check(size, 4, nameof(size));
        options ??= new ConvolutionalNetworkOptions();
        var layers = new List<(string Name, Layer Layer)>();
        for (int i = 1; i <= Widths.Length; i++)
        {
            int width = Widths[i - 1];

            // The shift of a normalization takes the place of the bias, which it would subtract again.
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
