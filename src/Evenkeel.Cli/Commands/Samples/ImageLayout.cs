namespace Evenkeel.Cli.Commands.Samples;

/// <summary>The images that a model takes.</summary>
/// <param name="Height">Their height in pixels.</param>
/// <param name="Width">Their width in pixels.</param>
/// <param name="Channels">Their channels.</param>
/// <param name="ChannelsFirst">Whether samples are [channels, height, width], as in ONNX files, or [height, width, channels].</param>
internal sealed record ImageLayout(int Height, int Width, int Channels, bool ChannelsFirst)
{
    /// <summary>The channels of grey images.</summary>
    public const int Grey = 1;

    /// <summary>The channels of images in colour: red, green and blue.</summary>
    public const int Color = 3;

    /// <summary>The layout of samples of a shape; null if they are no images.</summary>
    public static ImageLayout? Of(ReadOnlySpan<nint> sample) => sample switch
    {
        [var height, var width, (Grey or Color) and var channels] => new((int)height, (int)width, (int)channels, false),
        [(Grey or Color) and var channels, var height, var width] => new((int)height, (int)width, (int)channels, true),
        [var channels, var height, var width] when channels < width => new((int)height, (int)width, (int)channels, true),
        [var height, var width, var channels] => new((int)height, (int)width, (int)channels, false),
        _ => null,
    };
}
