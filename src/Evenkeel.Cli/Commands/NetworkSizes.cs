using Evenkeel.Data;

namespace Evenkeel.Cli.Commands;

/// <summary>How large a network is, as far as its memory depends on it.</summary>
/// <param name="Weights">The number of weights of each part of it.</param>
/// <param name="Outputs">The numbers that each layer gives for one sample, and those that the first one takes.</param>
/// <param name="Places">How many values a channel of a sample has, where it has few.</param>
internal sealed record NetworkSizes(double[] Weights, double[] Outputs, double Places)
{
    /// <summary>The sizes of <c>--net cnn</c>.</summary>
    public static NetworkSizes OfConvolutionalNetwork(ImageClassificationData images)
    {
        double pixels = (double)images.Height * images.Width;
        return new NetworkSizes(
            [9 * 32 * images.Channels, 9 * 32 * 64, 64 * pixels / 16 * images.Classes],
            [images.Channels * pixels, 32 * pixels, 32 * pixels / 4, 64 * pixels / 4, 64 * pixels / 16, images.Classes],
            Places: pixels / 4);
    }

    /// <summary>The sizes of <c>--net resnet20</c>.</summary>
    public static NetworkSizes OfResidualNetwork(ImageClassificationData images)
    {
        // A stage has the outputs of six convolutions, and one more before it: the first one's, or the shortcut's.
        double pixels = (double)images.Height * images.Width;
        return new NetworkSizes(
            [9 * 16 * images.Channels, Stage(16, 16), Stage(16, 32), Stage(32, 64), 64 * images.Classes],
            [
                images.Channels * pixels, images.Classes,
                .. Enumerable.Repeat(16 * pixels, 7), .. Enumerable.Repeat(32 * pixels / 4, 7), .. Enumerable.Repeat(64 * pixels / 16, 7),
            ],
            Places: pixels / 16);

        static double Stage(int inputs, int width) =>
            9 * inputs * width + 5 * 9 * width * width + (inputs == width ? 0 : inputs * width);
    }
}
