namespace Evenkeel.Numerics.Images;

/// <summary>A batch of images in memory.</summary>
/// <param name="pixels">The first element.</param>
/// <param name="height">Rows of an image.</param>
/// <param name="width">Columns of an image.</param>
/// <param name="channels">Channels of a pixel.</param>
/// <param name="channelLast">True if the images are [N, H, W, C]; otherwise they are [N, C, H, W].</param>
internal readonly unsafe struct ImageBatch(float* pixels, int height, int width, int channels, bool channelLast)
{
    public readonly float* Pixels = pixels;
    public readonly int Height = height;
    public readonly int Width = width;
    public readonly int Channels = channels;
    public readonly bool ChannelLast = channelLast;

    /// <summary>The distance from an image to the next.</summary>
    public nint SampleStride => (nint)Height * Width * Channels;

    /// <summary>The distance from a row of pixels to the next.</summary>
    public nint RowStride => ChannelLast ? (nint)Width * Channels : Width;

    /// <summary>The distance from a pixel to the next.</summary>
    public nint PixelStride => ChannelLast ? Channels : 1;

    /// <summary>Returns the address of a pixel's first channel.</summary>
    public float* Pixel(int sample, int row, int column) =>
        Pixels + sample * SampleStride + row * RowStride + column * PixelStride;
}
