using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Copies between a matrix and a slice of the columns of another.</summary>
internal static class RowSlices
{
    /// <summary>Writes a matrix to the columns of a wider one that begin at <paramref name="start"/>.</summary>
    public static void Write(ReadOnlySpan<float> slice, int rows, Span<float> whole, int start)
    {
        int length = slice.Length / rows, width = whole.Length / rows;
        SpanChecks.Length(slice, rows * length);
        SpanChecks.Length<float>(whole, rows * width);
        for (int row = 0; row < rows; row++)
        {
            slice.Slice(row * length, length).CopyTo(whole.Slice(row * width + start, length));
        }
    }

    /// <summary>Reads a matrix from the columns of a wider one that begin at <paramref name="start"/>.</summary>
    public static void Read(ReadOnlySpan<float> whole, int rows, int start, Span<float> slice)
    {
        int length = slice.Length / rows, width = whole.Length / rows;
        SpanChecks.Length<float>(slice, rows * length);
        SpanChecks.Length(whole, rows * width);
        for (int row = 0; row < rows; row++)
        {
            whole.Slice(row * width + start, length).CopyTo(slice.Slice(row * length, length));
        }
    }

    /// <summary>Copies neighbouring columns of a matrix to those of another.</summary>
    /// <param name="source">The matrix, row by row.</param>
    /// <param name="sourceStart">The first column.</param>
    /// <param name="target">Receives the columns, in as many rows.</param>
    /// <param name="targetStart">The first of them there.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns; 0 copies nothing.</param>
    public static void Copy(ReadOnlySpan<float> source, int sourceStart, Span<float> target, int targetStart, int rows, int columns)
    {
        int sourceWidth = source.Length / rows, targetWidth = target.Length / rows;
        SpanChecks.Length(source, rows * sourceWidth);
        SpanChecks.Length<float>(target, rows * targetWidth);
        for (int row = 0; row < rows && columns > 0; row++)
        {
            source.Slice(row * sourceWidth + sourceStart, columns).CopyTo(target[(row * targetWidth + targetStart)..]);
        }
    }
}
