using System.Buffers;
using System.Diagnostics;
using System.Numerics.Tensors;
using Evenkeel.Cli.Shell;
using Evenkeel.Scaling;
using Evenkeel.Tables;
using Evenkeel.Tables.Csv;
using Evenkeel.Tables.Parquet;
using static System.FormattableString;

namespace Evenkeel.Cli.Tables;

/// <summary>Copies a CSV or Parquet file with some columns transformed and everything else unchanged.</summary>
internal sealed class ScalerTransform(TableReader input, ColumnSelection columns, CellPolicy policy, Scaler scaler, bool inverse)
{
    /// <summary>The number of rows written.</summary>
    public long Rows { get; private set; }

    /// <summary>The problems that did not stop the work.</summary>
    public TableProblems Problems { get; private set; }

    /// <summary>Copies the file.</summary>
    /// <exception cref="InvalidDataException">The file is invalid.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Run(Stream output, Action showProgress, CancellationToken cancellationToken)
    {
        switch (input)
        {
            case CsvInput csv:
                Run(csv, output, showProgress, cancellationToken);
                break;
            case ParquetInput parquet:
                Run(parquet, output, showProgress, cancellationToken);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Run(CsvInput csv, Stream output, Action showProgress, CancellationToken cancellationToken)
    {
        output.Write(csv.Preamble.Span);
        if (csv.Header is { } header)
        {
            output.Write(header);
        }

        var reader = new NumberTableReader(csv, columns, policy, ErrorHints.Transform);
        var writer = new CsvTableWriter(csv, columns.Fields);
        csv.Read(
            columns.Fields,
            () => new Job(columns.Fields.Count),
            (chunk, job) =>
            {
                reader.Read(chunk, job.Table);
                Transform(chunk, job, reader);
                job.Output.ResetWrittenCount();
                job.Rows = writer.Write(((CsvTableChunk)chunk).Records, job.Table.Records, job.Values, job.Texts, job.Output);
            },
            (_, job) =>
            {
                Problems = Problems.And(job.Table.Problems);
                Rows += job.Rows;
                output.Write(job.Output.WrittenSpan);
                showProgress();
            },
            cancellationToken);
    }

    private void Run(ParquetInput parquet, Stream output, Action showProgress, CancellationToken cancellationToken)
    {
        if (!output.CanSeek)
        {
            throw new InvalidDataException($"'{parquet.Name}' is a Parquet file, and cannot be written to a pipe; give --out a file.");
        }

        var reader = new NumberTableReader(parquet, columns, policy, ErrorHints.Transform);
        using ParquetRewriter writer = parquet.Rewrite(columns.Fields, output);
        parquet.Read(
            columns.Fields,
            () => new Job(columns.Fields.Count),
            (chunk, job) =>
            {
                reader.Read(chunk, job.Table);
                Transform(chunk, job, reader);
            },
            (chunk, job) =>
            {
                Problems = Problems.And(job.Table.Problems);
                Rows += writer.Add(chunk.Rows, job.Table.Records, job.Values);
                showProgress();
            },
            cancellationToken);
        writer.Complete();
    }

    private void Transform(TableChunk chunk, Job job, NumberTableReader reader)
    {
        ArgumentException? refusal = Map(job);
        for (int i = 0; i < job.Values.Length; i++)
        {
            if (!double.IsFinite(job.Values[i]) && !double.IsNaN(job.Table.Values[i]))
            {
                Refuse(chunk, job, reader, i);
                refusal = null;
            }
        }

        if (refusal is not null)
        {
            throw new InvalidDataException($"'{input.Name}': {OneLine.Of(refusal)}", refusal);
        }
    }

    /// <summary>Transforms the numbers of a table; returns the scaler's exception if it refuses some, null otherwise.</summary>
    private ArgumentException? Map(Job job)
    {
        ReadOnlySpan<nint> shape = [job.Table.Rows, job.Table.Columns];
        var source = new ReadOnlyTensorSpan<double>(job.Table.Values, shape);
        var destination = new TensorSpan<double>(job.Values, shape);
        try
        {
            if (inverse)
            {
                scaler.InverseTransform(source, destination);
            }
            else
            {
                scaler.Transform(source, destination);
            }

            return null;
        }
        catch (ArgumentException e)
        {
            return e;
        }
        catch (NotSupportedException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>Handles a number that the scaler cannot transform.</summary>
    private void Refuse(TableChunk chunk, Job job, NumberTableReader reader, int index)
    {
        (int row, int column) = Math.DivRem(index, job.Table.Columns);
        if (job.Table.Records[row] is >= 0 and var record)
        {
            job.Values[index] = double.NaN;
            string what = Invariant(
                $"{job.Table.Values[index]} has no finite {(inverse ? "inverse" : "image")} under the scaler");
            if (!reader.Tolerate(job.Table, chunk.Location(record), columns.Fields[column], () => what))
            {
                job.Table.Exclude(row);
            }
        }
    }

    private sealed class Job(int columns)
    {
        private double[] _values = [];

        public NumberTable Table { get; } = new(columns);

        /// <summary>The transformed numbers of the table.</summary>
        public Span<double> Values
        {
            get
            {
                int length = Table.Values.Length;
                if (_values.Length < length)
                {
                    _values = new double[length];
                }

                return _values.AsSpan(0, length);
            }
        }

        public NumberTexts Texts { get; } = new();

        public ArrayBufferWriter<byte> Output { get; } = new();

        /// <summary>The number of rows in the output.</summary>
        public int Rows { get; set; }
    }
}
