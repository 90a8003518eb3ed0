using CsvHelper;
using static System.FormattableString;

namespace Evenkeel.Tables.Csv;

/// <summary>Records of a CSV file as rows of a table.</summary>
/// <param name="input">The file.</param>
/// <param name="columns">The columns to read, by index.</param>
internal sealed class CsvTableChunk(CsvInput input, IReadOnlyList<int> columns) : TableChunk
{
    private readonly Dictionary<int, string> _problems = [];
    private CellKind[] _kinds = [];
    private double[] _numbers = [];
    private (int Start, int Length)[] _texts = [];
    private byte[] _copies = [];
    private int _copied;

    /// <summary>The records as they are in the file.</summary>
    public CsvChunk Records { get; private set; } = new();

    /// <inheritdoc/>
    public override int Rows => Records.Lines.Count;

    /// <inheritdoc/>
    internal override bool HasProblems => _problems.Count > 0;

    /// <summary>Takes records.</summary>
    /// <param name="records">The records.</param>
    /// <param name="firstRow">The number of the first, counted from 0.</param>
    public void Set(CsvChunk records, long firstRow) => (Records, FirstRow) = (records, firstRow);

    /// <inheritdoc/>
    public override ReadOnlySpan<CellKind> Kinds(int column) => _kinds.AsSpan(Start(column), Rows);

    /// <inheritdoc/>
    public override ReadOnlySpan<double> Numbers(int column) => _numbers.AsSpan(Start(column), Rows);

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Utf8Text(int column, int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        (int start, int length) = _texts[Start(column) + row];
        return start < 0 ? _copies.AsSpan(~start, length) : Records.Text.Span.Slice(start, length);
    }

    /// <inheritdoc/>
    public override string Describe(int row) => Invariant($"line {Records.Lines[row]}");

    /// <inheritdoc/>
    public override string? Problem(int row) => _problems.GetValueOrDefault(row);

    /// <inheritdoc/>
    internal override long Location(int row) => Records.Lines[row];

    /// <inheritdoc/>
    internal override void Parse()
    {
        _problems.Clear();
        _copied = 0;
        int rows = Rows, cells = checked(rows * columns.Count);
        if (cells > _kinds.Length)
        {
            int capacity = cells + cells / 8;
            (_kinds, _numbers, _texts) = (new CellKind[capacity], new double[capacity], new (int, int)[capacity]);
        }

        ReadOnlySpan<byte> all = Records.Text.Span;
        CsvDialect dialect = input.Dialect;
        using CsvReader reader = CsvReader.Create(Records.Text, dialect.ReaderOptions);
        for (int row = 0; reader.Read(); row++)
        {
            string? problem = Records.Malformed(row)
                ?? (reader.FieldCount == input.Columns.Count
                    ? null
                    : Invariant($"{reader.FieldCount} instead of {input.Columns.Count} cells"));
            if (problem is not null)
            {
                _problems.Add(row, problem);
            }

            int cell = row;
            for (int c = 0; c < columns.Count; c++, cell += rows)
            {
                if (problem is not null)
                {
                    // Its cells may belong to other columns.
                    (_kinds[cell], _numbers[cell], _texts[cell]) = (CellKind.Missing, double.NaN, (0, 0));
                    continue;
                }

                _kinds[cell] = dialect.Read(reader, columns[c], out _numbers[cell], out ReadOnlySpan<byte> text);
                _texts[cell] = all.Overlaps(text, out int start) ? (start, text.Length) : Copy(text);
            }
        }
    }

    private int Start(int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)columns.Count, nameof(column));
        return column * Rows;
    }

    /// <summary>Keeps a text that the reader made, such as one with doubled quotes.</summary>
    private (int Start, int Length) Copy(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return (0, 0);
        }

        if (_copied + text.Length > _copies.Length)
        {
            Array.Resize(ref _copies, Math.Max(checked(_copied + text.Length), 2 * _copies.Length));
        }

        int start = _copied;
        text.CopyTo(_copies.AsSpan(start));
        _copied += text.Length;
        return (~start, text.Length);
    }
}
