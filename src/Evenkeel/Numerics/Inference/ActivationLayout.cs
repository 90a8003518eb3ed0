namespace Evenkeel.Numerics.Inference;

/// <summary>The memory layout of a sample of activations in a predictor: channels last, with a border of zeros.</summary>
/// <remarks>A vector is an image of one pixel.</remarks>
/// <param name="Height">Rows of pixels, without the border.</param>
/// <param name="Width">Columns of pixels, without the border.</param>
/// <param name="Channels">Channels of a pixel.</param>
/// <param name="PixelStride">The distance from a pixel to the next: the channels, or more.</param>
/// <param name="BorderRows">Rows of zeros above and below.</param>
/// <param name="BorderColumns">Columns of zeros to the left and to the right.</param>
internal readonly record struct ActivationLayout(
    int Height, int Width, int Channels, int PixelStride, int BorderRows, int BorderColumns)
{
    /// <summary>Pixels, without the border.</summary>
    public int Pixels => Height * Width;

    /// <summary>The distance from a row of pixels to the next.</summary>
    public int RowStride => (Width + 2 * BorderColumns) * PixelStride;

    /// <summary>The distance from a sample to the next.</summary>
    public int SampleStride => checked((int)LongSampleStride);

    /// <summary>The distance from a sample to the next, before the check that it fits an <see cref="int"/>.</summary>
    public long LongSampleStride =>
        checked((Height + 2L * BorderRows) * (Width + 2L * BorderColumns) * PixelStride);

    /// <summary>True if there is a border.</summary>
    public bool HasBorder => BorderRows > 0 || BorderColumns > 0;

    /// <summary>The distance from the start of a sample to a pixel, which may be in the border.</summary>
    public int Offset(int row, int column) => (row + BorderRows) * RowStride + (column + BorderColumns) * PixelStride;

    /// <summary>Sets the borders of samples to zero.</summary>
    public unsafe void ClearBorder(float* first, int samples)
    {
        if (!HasBorder)
        {
            return;
        }

        int edge = BorderColumns * PixelStride, outer = BorderRows * RowStride;
        for (int i = 0; i < samples; i++, first += SampleStride)
        {
            // The right edge of a row and the left edge of the next are one run.
            new Span<float>(first, outer + edge).Clear();
            for (int row = 1; row < Height; row++)
            {
                new Span<float>(first + outer + row * RowStride - edge, 2 * edge).Clear();
            }

            new Span<float>(first + outer + Height * RowStride - edge, outer + edge).Clear();
        }
    }
}
