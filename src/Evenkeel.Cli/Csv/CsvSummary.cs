using CsvHelper;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using static System.FormattableString;

namespace Evenkeel.Cli.Csv;

/// <summary>The statistics of each column of a file.</summary>
internal sealed class CsvSummary
{
    // For all columns together, so that a wide file takes no more memory than a narrow one.
    private const int ValuesKept = 2_000_000;

    private readonly CsvInput _input;

    /// <summary>Creates an empty summary.</summary>
    public CsvSummary(CsvInput input)
    {
        _input = input;
        Columns = NewSummaries();
        int capacity = Math.Clamp(ValuesKept / input.Columns.Count, 256, QuantileSketch.DefaultCapacity);
        Quantiles = [.. input.Columns.Select(_ => new QuantileSketch(capacity))];
    }

    /// <summary>The number of rows.</summary>
    public long Rows { get; private set; }

    /// <summary>The number of rows with too few or too many cells, which no column counts.</summary>
    public long RaggedRows { get; private set; }

    /// <summary>The statistics of the columns.</summary>
    public IReadOnlyList<ColumnSummary> Columns { get; }

    /// <summary>The quantile sketches of the columns.</summary>
    public IReadOnlyList<QuantileSketch> Quantiles { get; }

    /// <summary>Reads the file to its end.</summary>
    /// <exception cref="InvalidDataException">The file is invalid.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Run(Action showProgress, CancellationToken cancellationToken) => OrderedPipeline.Run(
        Parallelism.Threads,
        () => new Job(_input.Columns.Count),
        job => _input.Fill(job.Chunk),
        Read,
        job =>
        {
            Take(job);
            showProgress();
        },
        cancellationToken);

    private void Read(Job job)
    {
        job.Table.Clear();
        job.Columns = NewSummaries();
        job.RaggedRows = 0;
        using CsvReader reader = CsvReader.Create(job.Chunk.Text, _input.Dialect.ReaderOptions);
        for (int record = 0; reader.Read(); record++)
        {
            if (job.Chunk.Malformed(record) is { } problem)
            {
                throw new InvalidDataException(Invariant($"'{_input.Name}', line {job.Chunk.Lines[record]}: {problem}."));
            }

            if (reader.FieldCount != job.Columns.Length)
            {
                job.RaggedRows++; // its cells may belong to other columns
                continue;
            }

            Span<double> row = job.Table.NextRow();
            for (int c = 0; c < row.Length; c++)
            {
                job.Columns[c].Add(_input.Dialect.Read(reader, c, out row[c]), row[c]);
            }

            job.Table.Add(record, weight: null);
        }
    }

    private void Take(Job job)
    {
        Rows += job.Table.Rows + job.RaggedRows;
        RaggedRows += job.RaggedRows;
        Parallelism.For(Columns.Count, c =>
        {
            Columns[c].Merge(job.Columns[c]);
            Span<double> values = job.Table.Values;
            for (int i = c; i < values.Length; i += Columns.Count)
            {
                if (!double.IsNaN(values[i]))
                {
                    Quantiles[c].Add(values[i]);
                }
            }
        });
    }

    private ColumnSummary[] NewSummaries() => [.. _input.Columns.Select(_ => new ColumnSummary())];

    private sealed class Job(int columns)
    {
        public CsvChunk Chunk { get; } = new();

        public CsvTable Table { get; } = new(columns);

        public ColumnSummary[] Columns { get; set; } = [];

        public int RaggedRows { get; set; }
    }
}
