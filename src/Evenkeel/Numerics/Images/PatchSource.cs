using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Numerics.Images;

/// <summary>A window of images, channel last: in place or copied.</summary>
internal readonly unsafe struct PatchSource
{
    /// <summary>Floats behind a copy that may be read but are not used, when a register reaches beyond the last channel.</summary>
    private const int Overhang = 64;

    private PatchSource(float* pixels, nint sampleStride, nint rowStride, nint pixelStride)
    {
        Pixels = pixels;
        SampleStride = sampleStride;
        RowStride = rowStride;
        PixelStride = pixelStride;
    }

    /// <summary>The window's first pixel.</summary>
    public float* Pixels { get; }

    /// <summary>The distance from an image to the next.</summary>
    public nint SampleStride { get; }

    /// <summary>The distance from a row of pixels to the next.</summary>
    public nint RowStride { get; }

    /// <summary>The distance from a pixel to the next.</summary>
    public nint PixelStride { get; }

    /// <summary>Returns a window, copied unless it can be read in place.</summary>
    /// <param name="images">The images.</param>
    /// <param name="window">The window, which may reach beyond them.</param>
    /// <param name="use">The memory to which it is copied.</param>
    /// <param name="wholeRegisters">The number of channels that are read by whole registers; 0 if none.</param>
    /// <param name="contiguous">True if the pixels must be contiguous.</param>
    public static PatchSource Of<TRegisters, TVector>(
        in ImageBatch images, in ImageRegion window, ScratchUse use, int wholeRegisters, bool contiguous = false)
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
    {
        bool inside = window.Row >= 0 && window.Column >= 0
            && window.Row + window.Height <= images.Height && window.Column + window.Width <= images.Width;
        bool isContiguous = window.Width == images.Width && (window.Samples == 1 || window.Height == images.Height);
        if (images.ChannelLast && inside && (isContiguous || !contiguous) && wholeRegisters % TRegisters.Lanes == 0)
        {
            return new PatchSource(
                images.Pixel(window.Sample, window.Row, window.Column), images.SampleStride, images.RowStride, images.PixelStride);
        }

        nint rowStride = (nint)window.Width * images.Channels;
        float* copy = ThreadScratch.OfThisThread(use, window.Pixels * images.Channels + Overhang);
        ImageWindow<TRegisters, TVector>.Read(images, window, copy);
        return new PatchSource(copy, window.Height * rowStride, rowStride, images.Channels);
    }
}
