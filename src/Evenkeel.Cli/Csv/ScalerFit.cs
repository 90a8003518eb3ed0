using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Scaling;

namespace Evenkeel.Cli.Csv;

/// <summary>Fits a scaler to columns of a file, chunk by chunk, in the file's order.</summary>
internal sealed class ScalerFit(CsvInput input, CsvColumns columns, CellPolicy policy, Scaler scaler)
{
    /// <summary>How many rows it was fitted to.</summary>
    public long Rows { get; private set; }

    /// <summary>What was passed over.</summary>
    public CsvProblems Problems { get; private set; }

    /// <summary>Reads the file to its end.</summary>
    /// <exception cref="InvalidDataException">The file is not right, or has no rows.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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
                Fit(job.Table);
                showProgress();
            },
            cancellationToken);
        if (Rows == 0)
        {
            throw new InvalidDataException($"'{input.Name}' has no rows to fit a scaler to.");
        }
    }

    private void Fit(CsvTable table)
    {
        Problems = Problems.And(table.Problems);
        Rows += table.Rows;
        if (table.Rows > 0)
        {
            try
            {
                scaler.PartialFit(new ReadOnlyTensorSpan<double>(table.Values, [table.Rows, table.Columns]), table.Weights);
            }
            catch (ArgumentException e)
            {
                throw new InvalidDataException($"'{input.Name}': {OneLine.Of(e)}", e);
            }
        }
    }
}
