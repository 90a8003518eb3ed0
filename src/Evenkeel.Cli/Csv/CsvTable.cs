using System.Runtime.InteropServices;

namespace Evenkeel.Cli.Csv;

/// <summary>The numbers of a chunk: selected columns of its records, row by row; NaN where a cell is not a number.</summary>
internal sealed class CsvTable(int columns)
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

    /// <summary>The index in the chunk of the record of each row; −1 for a row that was excluded later.</summary>
    public ReadOnlySpan<int> Records => CollectionsMarshal.AsSpan(_records);

    /// <summary>The problems of the chunk.</summary>
    public CsvProblems Problems { get; set; }

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
        if (end > _values.Length)
        {
            Array.Resize(ref _values, Math.Max(end, 2 * _values.Length));
        }

        return _values.AsSpan(start, columns);
    }

    /// <summary>Adds the reserved row.</summary>
    /// <param name="record">The index of its record in the chunk.</param>
    /// <param name="weight">The weight; null if rows have none.</param>
    public void Add(int record, double? weight)
    {
        _records.Add(record);
        if (weight is { } given)
        {
            _weights.Add(given);
        }
    }

    /// <summary>Excludes a row that was added.</summary>
    public void Exclude(int row) => _records[row] = -1;
}
