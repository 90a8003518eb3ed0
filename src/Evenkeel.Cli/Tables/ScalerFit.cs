using System.Numerics.Tensors;
using Evenkeel.Cli.Shell;
using Evenkeel.Scaling;
using Evenkeel.Tables;
using static System.FormattableString;

namespace Evenkeel.Cli.Tables;

/// <summary>Fits a scaler to columns of a table, block by block, in the order of the table.</summary>
/// <remarks>
/// The number of rows of a block depends on that of columns alone, so that the last bits of a fit depend neither on the format of the file
/// nor on its chunks.
/// </remarks>
internal sealed class ScalerFit(TableReader input, ColumnSelection columns, CellPolicy policy, Func<Scaler> create)
{
    private const int BlockValues = 1 << 18;

    private readonly NumberTableReader _reader = new(input, columns, policy, ErrorHints.Fit);
    private readonly NumberTable _block = new(columns.Fields.Count);
    private readonly List<long> _locations = [];
    private readonly int _blockRows = Math.Max(1, BlockValues / columns.Fields.Count);
    private readonly bool[] _hasNumbers = new bool[columns.Fields.Count];

    /// <summary>The scaler.</summary>
    public Scaler Scaler { get; } = create();

    /// <summary>The columns without a number in a row of positive weight.</summary>
    public IReadOnlyList<string> ColumnsWithoutNumbers => [.. columns.Names.Where((_, c) => !_hasNumbers[c])];

    /// <summary>The number of rows that the scaler was fitted to.</summary>
    public long Rows { get; private set; }

    /// <summary>The problems that did not stop the work.</summary>
    public TableProblems Problems { get; private set; }

    /// <summary>Reads the table to its end.</summary>
    /// <exception cref="InvalidDataException">The table is invalid.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Run(Action showProgress, CancellationToken cancellationToken)
    {
        input.Read(
            columns.Read,
            () => new NumberTable(columns.Fields.Count),
            _reader.Read,
            (chunk, table) =>
            {
                Problems = Problems.And(table.Problems);
                Add(chunk, table);
                showProgress();
            },
            cancellationToken);
        Fit();
    }

    /// <summary>Throws if the table had no rows.</summary>
    /// <exception cref="InvalidDataException">There are no rows.</exception>
    public void CheckRows()
    {
        if (Rows == 0)
        {
            throw new InvalidDataException($"'{input.Name}' has no rows to fit a scaler to.");
        }
    }

    private void Add(TableChunk chunk, NumberTable table)
    {
        int width = table.Columns;
        for (int row = 0; row < table.Rows; row++)
        {
            table.Values.Slice(row * width, width).CopyTo(_block.NextRow());
            _block.Add(_locations.Count, columns.Weight is null ? null : table.Weights[row]);
            _locations.Add(chunk.Location(table.Records[row]));
            if (_block.Rows == _blockRows)
            {
                Fit();
            }
        }
    }

    private void Fit()
    {
        int rows = _block.Rows;
        if (rows > 0 && PartialFit(Scaler, _block.Values, _block.Weights) is { } refusal)
        {
            rows -= RefuseCells();
            if (PartialFit(Scaler, _block.Values, _block.Weights) is not null)
            {
                throw Refused(refusal);
            }
        }

        Rows += rows;
        Problems = Problems.And(_block.Problems);
        for (int c = 0; c < _hasNumbers.Length; c++)
        {
            _hasNumbers[c] = _hasNumbers[c] || HasNumbers(_block, c);
        }

        _block.Clear();
        _locations.Clear();
    }

    private static bool HasNumbers(NumberTable table, int column)
    {
        int row = 0;
        while (row < table.Rows
            && (double.IsNaN(table.Values[row * table.Columns + column]) || table.Weights is [_, ..] weights && weights[row] == 0))
        {
            row++;
        }

        return row < table.Rows;
    }

    private InvalidDataException Refused(ArgumentException refusal) => new(
        refusal is ColumnException { Column: var c, Reason: var reason }
            ? Invariant($"'{input.Name}', column {columns.Fields[c] + 1} ({columns.Names[c]}): the values {reason}.")
            : $"'{input.Name}': {OneLine.Of(refusal)}",
        refusal);

    /// <summary>Handles the numbers that the scaler refuses according to the policy; returns the number of rows excluded.</summary>
    private int RefuseCells()
    {
        int excluded = 0;
        var alone = new double[_block.Columns];
        for (int row = 0; row < _block.Rows; row++)
        {
            Span<double> values = _block.Values.Slice(row * _block.Columns, _block.Columns);
            for (int c = 0; c < values.Length; c++)
            {
                Array.Fill(alone, double.NaN);
                alone[c] = values[c];
                if (PartialFit(create(), alone, []) is null)
                {
                    continue;
                }

                string what = Invariant($"{values[c]} cannot be scaled");
                values[c] = double.NaN;
                if (!_reader.Tolerate(_block, _locations[row], columns.Fields[c], () => what))
                {
                    values.Fill(double.NaN);
                    excluded++;
                    break;
                }
            }
        }

        return excluded;
    }

    /// <summary>Fits a scaler to rows; returns its exception if it refuses them, null otherwise.</summary>
    private ArgumentException? PartialFit(Scaler scaler, ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        int width = columns.Fields.Count;
        try
        {
            scaler.PartialFit(new ReadOnlyTensorSpan<double>(values, [values.Length / width, width]), weights);
            return null;
        }
        catch (ArgumentException e)
        {
            return e;
        }
    }
}
