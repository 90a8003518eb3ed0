namespace Evenkeel.Numerics.Images;

/// <summary>A batch of images in memory.</summary>
/// <param name="pixels">The first element.</param>
/// <param name="height">Rows of an image.</param>
/// <param name="width">Columns of an image.</param>
/// <param name="channels">Channels of a pixel.</param>
/// <param name="channelLast">Whether the images are [N, H, W, C]; otherwise they are [N, C, H, W].</param>
internal readonly unsafe struct ImageBatch(float* pixels, int height, int width, int channels, bool channelLast)
{
    public readonly float* Pixels = pixels;
    public readonly int Height = height;
    public readonly int Width = width;
    public readonly int Channels = channels;
    public readonly bool ChannelLast = channelLast;

    /// <summary>From an image to the next.</summary>
    public nint SampleStride => (nint)Height * Width * Channels;

    /// <summary>From a row of pixels to the next.</summary>
    public nint RowStride => ChannelLast ? (nint)Width * Channels : Width;

    /// <summary>From a pixel to the next.</summary>
    public nint PixelStride => ChannelLast ? Channels : 1;

    /// <summary>A pixel's first channel.</summary>
    public float* Pixel(int sample, int row, int column) =>
        Pixels + sample * SampleStride + row * RowStride + column * PixelStride;
}

/// <summary>A rectangle of each of some images that follow each other; it may reach beyond them.</summary>
/// <param name="Sample">The first image.</param>
/// <param name="Samples">How many images.</param>
/// <param name="Row">The first row.</param>
/// <param name="Column">The first column.</param>
/// <param name="Height">How many rows.</param>
/// <param name="Width">How many columns.</param>
internal readonly record struct ImageRegion(int Sample, int Samples, int Row, int Column, int Height, int Width)
{
    /// <summary>How many pixels there are in all.</summary>
    public long Pixels => (long)Samples * Height * Width;

    /// <summary>The part of the source that a convolution takes for these of its targets.</summary>
    /// <remarks>The targets are those of one phase; see <see cref="ConvolutionSteps"/>.</remarks>
    public ImageRegion Source(ConvolutionSteps rows, ConvolutionSteps columns) => new(
        Sample,
        Samples,
        Row * rows.Step + rows.LeastPlace,
        Column * columns.Step + columns.LeastPlace,
        rows.SourceOf(Height),
        columns.SourceOf(Width));
}
