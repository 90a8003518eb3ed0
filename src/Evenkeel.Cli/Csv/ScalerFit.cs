using System.Numerics.Tensors;
using Evenkeel.Cli.Shell;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using static System.FormattableString;

namespace Evenkeel.Cli.Csv;

/// <summary>Fits a scaler to columns of a file, chunk by chunk, in the order of the file.</summary>
internal sealed class ScalerFit(CsvInput input, CsvColumns columns, CellPolicy policy, Func<Scaler> create)
{
    private readonly bool[] _hasNumbers = new bool[columns.Fields.Count];

    /// <summary>The scaler.</summary>
    public Scaler Scaler { get; } = create();

    /// <summary>The columns without a number in a row of positive weight.</summary>
    public IReadOnlyList<string> ColumnsWithoutNumbers => [.. columns.Names.Where((_, c) => !_hasNumbers[c])];

    /// <summary>The number of rows that the scaler was fitted to.</summary>
    public long Rows { get; private set; }

    /// <summary>The problems that did not stop the work.</summary>
    public CsvProblems Problems { get; private set; }

    /// <summary>Reads the file to its end.</summary>
    /// <exception cref="InvalidDataException">The file is invalid or has no rows.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Run(Action showProgress, CancellationToken cancellationToken)
    {
        var reader = new CsvTableReader(input, columns, policy);
        OrderedPipeline.Run(
            Parallelism.Threads,
            () => (Chunk: new CsvChunk(), Table: new CsvTable(columns.Fields.Count)),
            job => input.Fill(job.Chunk),
            job => reader.Read(job.Chunk, job.Table),
            job =>
            {
                Fit(job.Chunk, job.Table, reader);
                showProgress();
            },
            cancellationToken);
        if (Rows == 0)
        {
            throw new InvalidDataException($"'{input.Name}' has no rows to fit a scaler to.");
        }
    }

    private void Fit(CsvChunk chunk, CsvTable table, CsvTableReader reader)
    {
        int rows = table.Rows;
        if (rows > 0 && PartialFit(Scaler, table.Values, table.Weights) is { } refusal)
        {
            rows -= RefuseCells(chunk, table, reader);
            if (PartialFit(Scaler, table.Values, table.Weights) is not null)
            {
                throw Refused(refusal);
            }
        }

        Rows += rows;
        Problems = Problems.And(table.Problems);
        for (int c = 0; c < _hasNumbers.Length; c++)
        {
            _hasNumbers[c] |= HasNumbers(table, c);
        }
    }

    private static bool HasNumbers(CsvTable table, int column)
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
    private int RefuseCells(CsvChunk chunk, CsvTable table, CsvTableReader reader)
    {
        int excluded = 0;
        var alone = new double[table.Columns];
        for (int row = 0; row < table.Rows; row++)
        {
            Span<double> values = table.Values.Slice(row * table.Columns, table.Columns);
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
                if (!reader.Tolerate(table, chunk.Lines[table.Records[row]], columns.Fields[c], () => what))
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
