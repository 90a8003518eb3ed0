using System.Globalization;
using CsvHelper;

namespace Evenkeel.Cli.Csv;

/// <summary>A CSV file that is read once, from its beginning to its end, in chunks of whole records.</summary>
/// <remarks>
/// Where a record ends is decided here alone, on one thread. That is a small part of the work; to read the numbers, which takes
/// most of the time, is left to those who get the chunks.
/// </remarks>
internal sealed class CsvInput : IDisposable
{
    private const int LongestRecord = 64 * 1024 * 1024;

    private readonly FileStream _file;
    private readonly CsvBeginning _beginning;
    private readonly CsvReader _reader;
    private bool _hasRecord;

    private CsvInput(string path, CsvDialect dialect)
    {
        Name = path;
        Dialect = dialect;
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
        try
        {
            Length = _file.CanSeek ? _file.Length : null;
            _beginning = CsvBeginning.Read(_file, dialect.SkippedLines);
            CsvReaderOptions options = dialect.ReaderOptions with
            {
                BufferSize = 256 * 1024,
                MaxRecordSize = LongestRecord,
                TrackLineNumbers = true,
                OnMalformedRecord = RefuseUnclosedQuote,
            };
            _reader = CsvReader.Create(new PrefixedStream(_beginning.Rest, _file), options, leaveOpen: true);
            _hasRecord = ReadRecord();
            if (!_hasRecord)
            {
                throw new InvalidDataException("is empty");
            }

            Columns = [.. Enumerable.Range(0, _reader.FieldCount).Select(
                field => dialect.HasHeader ? _reader.GetString(field) : (field + 1).ToString(CultureInfo.InvariantCulture))];
            if (dialect.HasHeader)
            {
                Header = _reader.RawRecord.ToArray();
                _hasRecord = ReadRecord();
            }
        }
        catch
        {
            _reader?.Dispose();
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The file as it was named.</summary>
    public string Name { get; }

    /// <summary>How it is written.</summary>
    public CsvDialect Dialect { get; }

    /// <summary>Its length in bytes; null where that is not known, as for a pipe.</summary>
    public long? Length { get; }

    /// <summary>How many bytes were read, up to the record that comes next.</summary>
    public long Position => _beginning.Preamble.Length + _reader.ByteOffset;

    /// <summary>What stands before the header, as it is.</summary>
    public ReadOnlyMemory<byte> Preamble => _beginning.Preamble;

    /// <summary>The header, as it is, without the end of its line; null where there is none.</summary>
    public byte[]? Header { get; }

    /// <summary>What ends a line.</summary>
    public ReadOnlySpan<byte> NewLine => _beginning.NewLine;

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="InvalidDataException">It cannot be read as CSV; the message says which file and why.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static CsvInput Open(string path, CsvDialect dialect)
    {
        try
        {
            return new CsvInput(path, dialect);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}' {e.Message}.", e);
        }
    }

    /// <summary>Fills a chunk with the records that come next; returns whether there were any.</summary>
    /// <exception cref="InvalidDataException">They cannot be read as CSV; the message says which file and why.</exception>
    public bool Fill(CsvChunk chunk)
    {
        chunk.Clear();
        try
        {
            for (; _hasRecord && !chunk.IsFull; _hasRecord = ReadRecord())
            {
                chunk.Add(_reader.RawRecord, Line(_reader.LineNumber));
            }
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{Name}' {e.Message}.", e);
        }

        return chunk.Lines.Count > 0;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _file.Dispose();
    }

    private bool ReadRecord()
    {
        try
        {
            return _reader.Read();
        }
        catch (CsvFormatException e)
        {
            throw new InvalidDataException(
                FormattableString.Invariant(
                    $"has a record of more than {LongestRecord / (1024 * 1024)} MiB in line {Line(e.LineNumber)}, where a quote may not be closed"),
                e);
        }
        catch (IOException e)
        {
            throw new InvalidDataException("cannot be read: " + e.Message.TrimEnd('.'), e);
        }
    }

    private void RefuseUnclosedQuote(CsvMalformedRecord record)
    {
        if (record.Reason == CsvMalformedReason.UnterminatedQuote)
        {
            throw new InvalidDataException(FormattableString.Invariant($"has a quote in line {Line(record.LineNumber)} that is not closed"));
        }
    }

    private long Line(long lineOfReader) => lineOfReader + Dialect.SkippedLines;
}
