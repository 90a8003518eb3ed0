using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Columns;
using Evenkeel.Numerics.Simd;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>A table in memory, row-major or column-major.</summary>
internal readonly ref struct Table<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<int> _numbers;

    private Table(ReadOnlySpan<T> elements, int rows, int columns, bool isColumnMajor, ReadOnlySpan<int> numbers = default)
    {
        _numbers = numbers;
        Elements = elements;
        Rows = rows;
        Columns = columns;
        IsColumnMajor = isColumnMajor;
    }

    /// <summary>The elements, in memory order.</summary>
    public ReadOnlySpan<T> Elements { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>True if the elements of a column are contiguous, false if those of a row are.</summary>
    public bool IsColumnMajor { get; }

    /// <summary>The view in which each column is a set.</summary>
    public ChannelView View => IsColumnMajor ? new ChannelView(1, Columns, Rows) : new ChannelView(Rows, Columns, 1);

    /// <summary>The view in which each row is a set.</summary>
    public ChannelView RowView => IsColumnMajor || Columns == 1 ? new ChannelView(Columns, Rows, 1) : new ChannelView(Rows, 1, 1, Columns);

    /// <summary>Creates a table of some of the columns, in this layout, whose messages use the column numbers of this one.</summary>
    public Table<T> WithColumns(ReadOnlySpan<T> elements, ReadOnlySpan<int> numbers)
    {
        int rows = elements.Length / numbers.Length;
        return new Table<T>(elements, rows, numbers.Length, numbers.Length == 1 || (IsColumnMajor && rows > 1), numbers);
    }

    /// <summary>Creates a table of other elements for some or all rows, in this layout.</summary>
    public Table<TOther> WithElements<TOther>(ReadOnlySpan<TOther> elements)
        where TOther : unmanaged, IBinaryFloatingPointIeee754<TOther>
    {
        int rows = elements.Length / Columns;
        return new Table<TOther>(elements, rows, Columns, Columns == 1 || (IsColumnMajor && rows > 1), _numbers);
    }

    /// <summary>Creates a table of these columns without rows.</summary>
    public Table<T> WithoutRows() => new([], 0, Columns, IsColumnMajor, _numbers);

    /// <summary>Returns the number of a column in messages.</summary>
    public int NumberOf(int column) => _numbers.IsEmpty ? column : _numbers[column];

    /// <summary>Returns the index of the element of a row and column.</summary>
    public int IndexOf(int row, int column) => IsColumnMajor ? column * Rows + row : row * Columns + column;

    /// <summary>Returns the row and column of the element at <paramref name="index"/>.</summary>
    public (int Row, int Column) PositionOf(int index)
    {
        (int major, int minor) = Math.DivRem(index, IsColumnMajor ? Rows : Columns);
        return IsColumnMajor ? (minor, major) : (major, minor);
    }

    /// <summary>Throws if an element is infinite.</summary>
    public void RefuseInfinity(string name)
    {
        int index = FirstInfinity.IndexIn(Elements);
        if (index >= 0)
        {
            throw Infinite(index, name);
        }
    }

    /// <summary>Computes the moments of each column, ignoring NaN.</summary>
    /// <exception cref="ArgumentException">An element is infinite.</exception>
    public Moments[] Moments(ReadOnlySpan<double> weights)
    {
        var moments = new Moments[Columns];
        if (weights.IsEmpty)
        {
            ChannelMoments.Compute(Elements, View, moments);
        }

        // Columns with NaN have moments that are not finite; they are computed again without it.
        if (!weights.IsEmpty || !moments.All(m => m.IsFinite))
        {
            var withoutNaN = new Moments[Columns];
            WeightedMoments.Compute(Elements, View, weights, withoutNaN);
            for (int c = 0; c < moments.Length; c++)
            {
                moments[c] = weights.IsEmpty && moments[c].IsFinite ? moments[c] : withoutNaN[c];
            }
        }

        // The moments show an infinity, except in a row of weight 0.
        if (!weights.IsEmpty || !moments.All(m => m.IsFinite))
        {
            RefuseInfinity("table");
        }

        return moments;
    }

    /// <summary>Computes the extrema of each column, ignoring NaN and rows of weight 0.</summary>
    /// <exception cref="ArgumentException">An element is infinite.</exception>
    public Extrema[] Extrema(ReadOnlySpan<double> weights)
    {
        var extrema = new Extrema[Columns];
        if (weights.IsEmpty)
        {
            ChannelExtrema.Compute(Elements, View, extrema);
        }
        else
        {
            ChannelExtrema.Compute(Elements, View, weights, extrema);
        }

        // The extrema show an infinity, except in a row of weight 0.
        if (!weights.IsEmpty || extrema.Any(e => !e.IsEmpty && !(double.IsFinite(e.Min) && double.IsFinite(e.Max))))
        {
            RefuseInfinity("table");
        }

        return extrema;
    }

    /// <summary>Computes the number of values (or the sum of their weights) and many quantiles, column after column, by sorting.</summary>
    /// <exception cref="ArgumentException">An element is infinite.</exception>
    public (double[] Counts, double[] Quantiles) ManyQuantiles(double[] probabilities, ReadOnlySpan<double> weights)
    {
        RefuseInfinity("table");
        var counts = new double[Columns];
        var quantiles = new double[Columns * probabilities.Length];
        WeightedColumnQuantiles.Compute(Elements, View, weights, probabilities, counts, quantiles);
        return (counts, quantiles);
    }

    /// <summary>Computes the number of values (or the sum of their weights) and the quantiles, column after column.</summary>
    /// <exception cref="ArgumentException">An element is infinite.</exception>
    public (double[] Counts, double[] Quantiles) Quantiles(double[] probabilities, ReadOnlySpan<double> weights)
    {
        var counts = new double[Columns];
        var quantiles = new double[Columns * probabilities.Length];
        if (!weights.IsEmpty)
        {
            RefuseInfinity("table");
            WeightedColumnQuantiles.Compute(Elements, View, weights, probabilities, counts, quantiles);
        }
        else if (!ColumnQuantiles.TryCompute(Elements, View, probabilities, counts, quantiles))
        {
            RefuseInfinity("table");
        }

        return (counts, quantiles);
    }

    /// <summary>Returns the error that the element at <paramref name="index"/> is infinite.</summary>
    public ArgumentException Infinite(int index, string name)
    {
        (int row, int column) = PositionOf(index);
        return new ArgumentException(
            Invariant($"The element in row {row}, column {NumberOf(column)} (counted from 0) is infinite."), name);
    }

    /// <summary>Checks a span and returns it as a table.</summary>
    /// <exception cref="ArgumentException">The span is not of rank 2, not dense, or has more than 2³¹ − 1 elements.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not <see cref="float"/> or <see cref="double"/>.</exception>
    public static Table<T> Of(in ReadOnlyTensorSpan<T> span, [CallerArgumentExpression(nameof(span))] string? name = null)
    {
        Precision.Check<T>();
        if (span.Rank != 2)
        {
            throw new ArgumentException(Invariant($"A table has rank 2, [rows, columns]; this tensor has rank {span.Rank}."), name);
        }

        nint rows = span.Lengths[0], columns = span.Lengths[1];
        if (span.FlattenedLength > int.MaxValue)
        {
            throw new ArgumentException(
                Invariant($"A table of {rows} × {columns} has more than 2,147,483,647 elements: fit and transform it in parts."),
                name);
        }

        // The stride of an axis of length 1 has no meaning.
        bool isRowMajor = (columns == 1 || span.Strides[1] == 1) && (rows == 1 || span.Strides[0] == columns);
        bool isColumnMajor = (rows == 1 || span.Strides[0] == 1) && (columns == 1 || span.Strides[1] == rows);
        if (span.FlattenedLength > 0 && !isRowMajor && !isColumnMajor)
        {
            throw new ArgumentException(
                "The table has gaps; it must be dense, row-major or column-major. Copy it with ToDenseTensor() first.", name);
        }

        return new Table<T>(
            span.FlattenedLength == 0 ? [] : MemoryMarshal.CreateReadOnlySpan(in span.GetPinnableReference(), (int)span.FlattenedLength),
            (int)rows,
            (int)columns,
            isColumnMajor && (!isRowMajor || columns == 1));
    }
}
