using System.Globalization;
using CsvHelper;
using static System.FormattableString;

namespace Evenkeel.Cli.Csv;

/// <summary>A CSV file that is read once, from beginning to end, in chunks of whole records.</summary>
/// <remarks>
/// The ends of records are found here, on one thread, which is a small part of the work. The numbers of the chunks, which take
/// most of the time, can be parsed on other threads.
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

    /// <summary>The path as given by the user.</summary>
    public string Name { get; }

    /// <summary>The format of the file.</summary>
    public CsvDialect Dialect { get; }

    /// <summary>The length in bytes; null if unknown, as for a pipe.</summary>
    public long? Length { get; }

    /// <summary>The number of bytes read, up to the next record.</summary>
    public long Position => _beginning.Preamble.Length + _reader.ByteOffset;

    /// <summary>The bytes before the header.</summary>
    public ReadOnlyMemory<byte> Preamble => _beginning.Preamble;

    /// <summary>The bytes of the header, without the line ending; null if there is none.</summary>
    public byte[]? Header { get; }

    /// <summary>The line ending.</summary>
    public ReadOnlySpan<byte> NewLine => _beginning.NewLine;

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read as CSV; the message has its path and the reason.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
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

    /// <summary>Fills a chunk with the next records; returns false if there are none.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read as CSV; the message has its path and the reason.</exception>
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
                Invariant($"has a record of more than {LongestRecord / (1024 * 1024)} MiB in line {Line(e.LineNumber)}, ")
                + "perhaps after an unclosed quote",
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
            throw new InvalidDataException(Invariant($"has an unclosed quote in line {Line(record.LineNumber)}"));
        }
    }

    private long Line(long lineOfReader) => lineOfReader + Dialect.SkippedLines;
}
