using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Numerics;

namespace Evenkeel.Networks;

/// <summary>
/// The residual network for CIFAR's images: a convolution, three stages of residual blocks with 16, 32 and 64 channels, the mean over all
/// places, and a linear layer. With n blocks to a stage it has 6n + 2 layers with weights; ResNet-20 has three.
/// </summary>
/// <remarks>
/// <para>
/// A block is twice a convolution of 3×3 and normalization, with a ReLU in between and another behind the sum of body and shortcut. The first block of the second and
/// third stage takes every second row and column; its shortcut is a convolution of 1×1 with stride 2, and normalization.
/// </para>
/// <para>Shapes: input [N, H, W, channels], output [N, classes].</para>
/// <para>
/// Source: He et al., "Deep Residual Learning for Image Recognition", 2016, arXiv 1512.03385, section 4.2, with projection
/// shortcuts (option B), as most who followed built it.
/// </para>
/// </remarks>
public static class ResidualNetwork
{
    private const int ChannelLast = -1;

    private static readonly int[] Widths = [16, 32, 64];

    /// <summary>Makes the network.</summary>
    /// <param name="channels">The images' channels.</param>
    /// <param name="classes">The number of classes, which is that of the outputs.</param>
    /// <param name="random">Where weights draw their numbers from.</param>
    /// <param name="options">The depth, and what stands behind the convolutions; the defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of channels, classes or blocks is below 1.</exception>
    public static Sequential Create(int channels, int classes, RandomSource random, ResidualNetworkOptions? options = null)
    {
        options ??= new ResidualNetworkOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Blocks, 1, nameof(options));
        List<(string Name, Layer Layer)> layers = [.. Convolution("", channels, Widths[0], kernel: 3, stride: 1), ("relu", new Relu())];
        int inputs = Widths[0];
        for (int stage = 1; stage <= Widths.Length; stage++)
        {
            int width = Widths[stage - 1];
            for (int i = 1; i <= options.Blocks; i++)
            {
                layers.Add(($"stage{stage}_block{i}", Block(inputs, width)));
                inputs = width;
            }
        }

        layers.Add(("pool", new GlobalAveragePool2d(ChannelLast)));
        layers.Add(("linear", new Linear(inputs, classes, random, bias: true, options.Weights)));
        return new Sequential(layers);

        Residual Block(int inputs, int width)
        {
            int stride = width == inputs ? 1 : 2;
            var body = new Sequential(
            [
                .. Convolution("1", inputs, width, kernel: 3, stride),
                ("relu", new Relu()),
                .. Convolution("2", width, width, kernel: 3, stride: 1),
            ]);
            Sequential? shortcut = stride == 1 ? null : new Sequential(Convolution("", inputs, width, kernel: 1, stride));
            return new Residual(body, shortcut, new Relu());
        }

        List<(string Name, Layer Layer)> Convolution(string suffix, int inputs, int outputs, int kernel, int stride)
        {
            // The shift of a normalization takes the place of the bias, which it would subtract again.
            var convolution = new Conv2d(inputs, outputs, kernel, random, new Conv2dOptions
            {
                Stride = stride,
                Padding = kernel / 2,
                Bias = options.Normalization is null,
                ChannelAxis = ChannelLast,
                Weights = options.Weights,
            });
            return options.Normalization is null
                ? [($"conv{suffix}", convolution)]
                : [($"conv{suffix}", convolution), ($"norm{suffix}", options.Normalization(convolution))];
        }
    }
}
