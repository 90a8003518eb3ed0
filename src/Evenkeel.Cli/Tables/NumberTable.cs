using System.Runtime.InteropServices;

namespace Evenkeel.Cli.Tables;

/// <summary>The numbers of a chunk: selected columns of its rows, row by row; NaN where a cell is not a number.</summary>
internal sealed class NumberTable(int columns)
{
    private readonly List<int> _records = [];
    private readonly List<double> _weights = [];
    private double[] _values = [];

    /// <summary>The number of rows.</summary>
    public int Rows => _records.Count;

    /// <summary>The number of columns.</summary>
    public int Columns => columns;

    /// <summary>The numbers.</summary>
    public Span<double> Values => _values.AsSpan(0, Rows * columns);

    /// <summary>The weights of the rows; empty if there are none.</summary>
    public ReadOnlySpan<double> Weights => CollectionsMarshal.AsSpan(_weights);

    /// <summary>The index of each row in the chunk; −1 for a row that was excluded later.</summary>
    public ReadOnlySpan<int> Records => CollectionsMarshal.AsSpan(_records);

    /// <summary>The problems of the chunk.</summary>
    public TableProblems Problems { get; set; }

    /// <summary>Removes all rows.</summary>
    public void Clear()
    {
        Problems = default;
        _records.Clear();
        _weights.Clear();
    }

    /// <summary>Reserves space for the numbers of the next row, until it is added.</summary>
    public Span<double> NextRow()
    {
        int start = Rows * columns, end = start + columns;
        Reserve(end);
        return _values.AsSpan(start, columns);
    }

    /// <summary>Adds the reserved row.</summary>
    /// <param name="record">The index of the row in the chunk.</param>
    /// <param name="weight">The weight; null if rows have none.</param>
    public void Add(int record, double? weight)
    {
        _records.Add(record);
        if (weight is { } given)
        {
            _weights.Add(given);
        }
    }

    /// <summary>Adds all rows of a chunk to an empty table; returns the memory for their numbers.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="weights">Their weights; empty if they have none.</param>
    public Span<double> AddRows(int rows, ReadOnlySpan<double> weights)
    {
        for (int row = 0; row < rows; row++)
        {
            _records.Add(row);
        }

        _weights.AddRange(weights);
        Reserve(checked(rows * columns));
        return Values;
    }

    /// <summary>Excludes a row that was added.</summary>
    public void Exclude(int row) => _records[row] = -1;

    private void Reserve(int length)
    {
        if (length > _values.Length)
        {
            Array.Resize(ref _values, Math.Max(length, 2 * _values.Length));
        }
    }
}
