namespace Evenkeel.Numerics.Images;

/// <summary>A rectangle of each of some consecutive images; it may reach beyond their edges.</summary>
/// <param name="Sample">The first image.</param>
/// <param name="Samples">The number of images.</param>
/// <param name="Row">The first row.</param>
/// <param name="Column">The first column.</param>
/// <param name="Height">The number of rows.</param>
/// <param name="Width">The number of columns.</param>
internal readonly record struct ImageRegion(int Sample, int Samples, int Row, int Column, int Height, int Width)
{
    /// <summary>The number of pixels in all images.</summary>
    public long Pixels => (long)Samples * Height * Width;

    /// <summary>Returns the part of the source from which a convolution computes these targets.</summary>
    /// <remarks>The targets are those of one phase; see <see cref="ConvolutionSteps"/>.</remarks>
    public ImageRegion Source(ConvolutionSteps rows, ConvolutionSteps columns) => new(
        Sample,
        Samples,
        Row * rows.Step + rows.MinOffset,
        Column * columns.Step + columns.MinOffset,
        rows.SourceOf(Height),
        columns.SourceOf(Width));
}
