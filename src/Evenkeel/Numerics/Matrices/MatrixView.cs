using System.Globalization;

namespace Evenkeel.Numerics.Matrices;

/// <summary>A dense matrix or its transpose.</summary>
internal readonly ref struct MatrixView
{
    /// <summary>Views elements as a matrix that is stored row by row, without gaps between the rows.</summary>
    /// <param name="elements">The elements.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    /// <exception cref="ArgumentException">The number of elements is not rows·columns.</exception>
    public MatrixView(ReadOnlySpan<float> elements, int rows, int columns)
        : this(elements, rows, columns, isTransposed: false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        CheckLength(elements.Length, rows, columns, nameof(elements));
    }

    private MatrixView(ReadOnlySpan<float> elements, int rows, int columns, bool isTransposed)
    {
        Elements = elements;
        Rows = rows;
        Columns = columns;
        IsTransposed = isTransposed;
    }

    /// <summary>The elements as they are stored.</summary>
    public ReadOnlySpan<float> Elements { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>True if the elements are stored column by column.</summary>
    public bool IsTransposed { get; }

    /// <summary>The transpose of this matrix, without a copy.</summary>
    public MatrixView Transposed => new(Elements, Columns, Rows, !IsTransposed);

    /// <summary>Throws if a matrix does not have rows·columns elements.</summary>
    internal static void CheckLength(int length, int rows, int columns, string name)
    {
        if (length != (long)rows * columns)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The matrix has {length} elements; {rows}×{columns} would be {(long)rows * columns}."),
                name);
        }
    }

    /// <summary>The matrix in memory that is pinned at <paramref name="start"/>.</summary>
    internal unsafe StridedMatrix Strided(float* start) =>
        IsTransposed ? new(start, Rows, Columns, 1, Rows) : new(start, Rows, Columns, Columns, 1);
}
