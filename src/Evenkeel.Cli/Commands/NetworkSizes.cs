using Evenkeel.Data;

namespace Evenkeel.Cli.Commands;

/// <summary>The sizes of a network that determine how much memory it takes.</summary>
/// <param name="Weights">The number of weights of each layer or stage.</param>
/// <param name="Outputs">The number of values per sample of the input and of the output of each layer.</param>
/// <param name="Positions">The number of positions of a channel in the layer with the fewest.</param>
internal sealed record NetworkSizes(double[] Weights, double[] Outputs, double Positions)
{
    /// <summary>The sizes of <c>--net cnn</c>.</summary>
    public static NetworkSizes OfConvolutionalNetwork(ImageClassificationData images)
    {
        double pixels = (double)images.Height * images.Width;
        return new NetworkSizes(
            [9 * 32 * images.Channels, 9 * 32 * 64, 64 * pixels / 16 * images.Classes],
            [images.Channels * pixels, 32 * pixels, 32 * pixels / 4, 64 * pixels / 4, 64 * pixels / 16, images.Classes],
            Positions: pixels / 4);
    }

    /// <summary>The sizes of <c>--net resnet20</c>.</summary>
    public static NetworkSizes OfResidualNetwork(ImageClassificationData images)
    {
        // A stage has seven outputs: those of six convolutions, and that of the network's first convolution or of the shortcut.
        double pixels = (double)images.Height * images.Width;
        return new NetworkSizes(
            [9 * 16 * images.Channels, Stage(16, 16), Stage(16, 32), Stage(32, 64), 64 * images.Classes],
            [
                images.Channels * pixels, images.Classes,
                .. Enumerable.Repeat(16 * pixels, 7), .. Enumerable.Repeat(32 * pixels / 4, 7), .. Enumerable.Repeat(64 * pixels / 16, 7),
            ],
            Positions: pixels / 16);

        static double Stage(int inputs, int width) =>
            9 * inputs * width + 5 * 9 * width * width + (inputs == width ? 0 : inputs * width);
    }
}
