using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Numerics;

namespace Evenkeel.Networks;

/// <summary>
/// The residual network for CIFAR's images: a convolution, three stages of residual blocks with 16, 32 and 64 channels, global average
/// pooling, and a linear layer. With n blocks per stage it has 6n + 2 layers with weights, without the shortcuts'; n is 3 in ResNet-20.
/// </summary>
/// <remarks>
/// <para>
/// The body of a block is a 3×3 convolution and normalization, a ReLU, and another 3×3 convolution and normalization; a ReLU follows the
/// sum of body and shortcut. The first block of the second and third stage has stride 2; its shortcut is a 1×1 convolution with stride 2,
/// and normalization.
/// </para>
/// <para>Shapes: input [N, H, W, channels], output [N, classes].</para>
/// <para>
/// Names: conv, norm, relu, stage1_block1, …, stage3_block3, pool, linear; in a block body.conv1, body.norm1, body.relu, body.conv2,
/// body.norm2, shortcut.conv, shortcut.norm, activation.
/// </para>
/// <para>
/// Source: He et al., "Deep Residual Learning for Image Recognition", 2016, arXiv 1512.03385, section 4.2, with projection
/// shortcuts (option B), as in most later implementations.
/// </para>
/// </remarks>
public static class ResidualNetwork
{
    private const int ChannelLast = -1;

    private static readonly int[] Widths = [16, 32, 64];

    /// <summary>Makes the network.</summary>
    /// <param name="channels">The images' channels.</param>
    /// <param name="classes">The number of classes, one output each.</param>
    /// <param name="random">The source of random numbers for weights.</param>
    /// <param name="options">Depth, normalization and initialization; null for the defaults.</param>
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
            // A normalization would subtract a bias again, and has a shift of its own.
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
