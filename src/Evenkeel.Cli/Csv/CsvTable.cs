using System.Runtime.InteropServices;

namespace Evenkeel.Cli.Csv;

/// <summary>The numbers of a chunk: some columns of its records, row after row; NaN where a cell has none.</summary>
internal sealed class CsvTable(int columns)
{
    private readonly List<int> _records = [];
    private readonly List<double> _weights = [];
    private double[] _values = [];

    /// <summary>How many rows there are.</summary>
    public int Rows => _records.Count;

    /// <summary>How many columns there are.</summary>
    public int Columns => columns;

    /// <summary>The numbers.</summary>
    public Span<double> Values => _values.AsSpan(0, Rows * columns);

    /// <summary>The weights of the rows; empty where they have none.</summary>
    public ReadOnlySpan<double> Weights => CollectionsMarshal.AsSpan(_weights);

    /// <summary>The record of the chunk that each row is; −1 for a row that was left out later.</summary>
    public ReadOnlySpan<int> Records => CollectionsMarshal.AsSpan(_records);

    /// <summary>What is wrong with the chunk.</summary>
    public CsvProblems Problems { get; set; }

    /// <summary>Takes all rows away.</summary>
    public void Clear()
    {
        Problems = default;
        _records.Clear();
        _weights.Clear();
    }

    /// <summary>Makes room for the numbers of one more row; they count once it is added.</summary>
    public Span<double> NextRow()
    {
        int start = Rows * columns, end = start + columns;
        if (end > _values.Length)
        {
            Array.Resize(ref _values, Math.Max(end, 2 * _values.Length));
        }

        return _values.AsSpan(start, columns);
    }

    /// <summary>Adds the row.</summary>
    /// <param name="record">The record of the chunk that it is.</param>
    /// <param name="weight">How often it counts; null where rows have no weights.</param>
    public void Add(int record, double? weight)
    {
        _records.Add(record);
        if (weight is { } given)
        {
            _weights.Add(given);
        }
    }

    /// <summary>Leaves out a row that was added.</summary>
    public void LeaveOut(int row) => _records[row] = -1;
}
