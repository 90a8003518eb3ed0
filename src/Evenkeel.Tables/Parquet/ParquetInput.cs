using Evenkeel.Tables.Typed;
using Parquet;
using Parquet.Schema;
using static System.FormattableString;

namespace Evenkeel.Tables.Parquet;

/// <summary>A Parquet file, read row group by row group.</summary>
/// <remarks>
/// Memory holds the columns that are read of one row group, and the chunks in work. Columns are decoded on the caller's thread; their
/// values become numbers and texts on any.
/// </remarks>
internal sealed class ParquetInput : TableReader
{
    private const int MostRows = 64 * 1024 * 1024;

    private readonly FileStream _file;
    private readonly ParquetReader _reader;
    private readonly IReadOnlyList<byte[]> _missing;
    private readonly Field[] _fields;
    private IReadOnlyList<int>? _indices;
    private ParquetColumn[] _columns = [];
    private int _group = -1;
    private int _groupRows;
    private int _rowInGroup;
    private long _row;

    /// <summary>Takes an open file, and owns it; reads the names of the columns.</summary>
    /// <param name="name">The name for messages.</param>
    /// <param name="file">The file, which can be searched.</param>
    /// <param name="missing">The texts that mean a missing value, in UTF-8.</param>
    /// <exception cref="InvalidDataException">The file is not a Parquet file; the message is the predicate of a sentence.</exception>
    public ParquetInput(string name, FileStream file, IReadOnlyList<byte[]> missing)
    {
        Name = name;
        _file = file;
        _missing = missing;
        try
        {
            ParquetFooter.Check(file);
            file.Position = 0;
            var options = new ParquetOptions { TreatByteArrayAsString = true };
            _reader = Wait(ParquetReader.CreateAsync(file, options, leaveStreamOpen: true));
            _fields = [.. _reader.Schema.Fields];
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new InvalidDataException($"cannot be read as a Parquet file: {Reason(e)}", e);
        }

        if (_fields.Length == 0)
        {
            throw new InvalidDataException("is a Parquet file without columns");
        }

        Length = file.Length;
        Columns = [.. _fields.Select(field => field.Name)];
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns { get; }

    /// <inheritdoc/>
    public override long? Length { get; }

    /// <inheritdoc/>
    public override long Position => RowCount > 0 ? (long)((double)_row / RowCount * _file.Length) : _file.Length;

    /// <inheritdoc/>
    internal override string LocationWord => "row";

    private long RowCount => _reader.Metadata?.NumRows ?? 0;

    /// <inheritdoc/>
    internal override TableChunk Peek(IReadOnlyList<int> columns)
    {
        TableChunk chunk = CreateChunk(columns);
        _ = Fill(chunk);
        chunk.Parse();
        (_indices, _columns, _group, _groupRows, _rowInGroup, _row) = (null, [], -1, 0, 0, 0);
        return chunk;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A column is nested or repeated, or of a type that is not read.</exception>
    internal override TableChunk CreateChunk(IReadOnlyList<int> columns)
    {
        if (!ReferenceEquals(_indices, columns))
        {
            _indices = columns;
            _columns = [.. columns.Select(Column)];
        }

        return new TypedChunk(columns, [.. _columns.Select(column => column.CreateCells())]);
    }

    /// <inheritdoc/>
    internal override bool Fill(TableChunk chunk)
    {
        var typed = (TypedChunk)chunk;
        while (_rowInGroup == _groupRows)
        {
            if (++_group >= _reader.RowGroupCount)
            {
                typed.Set(_row, 0);
                return false;
            }

            Load();
        }

        int rows = Math.Min(TypedChunk.MostRows, _groupRows - _rowInGroup);
        for (int c = 0; c < _columns.Length; c++)
        {
            _columns[c].TakeNext(rows, typed.Columns[c]);
        }

        typed.Set(_row, rows);
        _rowInGroup += rows;
        _row += rows;
        return true;
    }

    /// <summary>Begins a copy of the file with new numbers in some columns.</summary>
    /// <param name="columns">The columns, by index.</param>
    /// <param name="output">The stream to write to, which can be searched.</param>
    /// <exception cref="InvalidDataException">The file has a column that cannot be copied.</exception>
    public ParquetRewriter Rewrite(IReadOnlyList<int> columns, Stream output) => new(
        Name, new FileStream(_file.Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), columns, output);

    /// <inheritdoc/>
    private protected override void Dispose(bool disposing)
    {
        _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _file.Dispose();
        base.Dispose(disposing);
    }

    private ParquetColumn Column(int index)
    {
        ParquetColumn? column = ParquetColumn.Create(_fields[index], _missing, out string what);
        return column ?? throw new InvalidDataException(
            Invariant($"'{Name}', column {index + 1} ({Columns[index]}): {what}; leave the column out."));
    }

    /// <summary>Decodes the columns of the row group.</summary>
    private void Load()
    {
        _rowInGroup = 0;
        ParquetColumn? current = null;
        try
        {
            using ParquetRowGroupReader group = _reader.OpenRowGroupReader(_group);
            if (group.RowCount is < 0 or > MostRows)
            {
                throw new InvalidDataException(
                    Invariant($"a row group has {group.RowCount:N0} rows, and at most {MostRows:N0} are read"));
            }

            _groupRows = (int)group.RowCount;
            foreach (ParquetColumn column in _columns)
            {
                current = column;
                column.Load(group, _groupRows);
            }
        }
        catch (Exception e) when (IsDamage(e))
        {
            string where = current is null ? "" : $", column '{current.Name}'";
            throw new InvalidDataException(
                Invariant($"'{Name}' cannot be read as a Parquet file: row group {_group + 1}{where}: {Reason(e)}."), e);
        }
    }

    /// <summary>Waits for a task; the file is read on the caller's thread.</summary>
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    // Of a damaged file, Parquet.Net throws whatever its code runs into.
    private static bool IsDamage(Exception e) => e is not OutOfMemoryException and not OperationCanceledException;

    /// <summary>The first line of its message, without the name of a parameter.</summary>
    private static string Reason(Exception e) => e.Message.Split('\n')[0].Split(" (Parameter ")[0].Trim().TrimEnd('.');
}
