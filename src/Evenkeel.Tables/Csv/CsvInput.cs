using System.Globalization;
using CsvHelper;
using Evenkeel.Tables.Streams;
using static System.FormattableString;

namespace Evenkeel.Tables.Csv;

/// <summary>A CSV file that is read once, from beginning to end, in chunks of whole records.</summary>
/// <remarks>
/// The ends of records are found here, on one thread, which is a small part of the work. The numbers of the chunks, which take
/// most of the time, can be parsed on other threads.
/// </remarks>
internal sealed class CsvInput : TableReader
{
    private const int LongestRecord = 64 * 1024 * 1024;

    private readonly Stream _file;
    private readonly Func<long>? _position;
    private readonly CsvBeginning _beginning;
    private readonly RecordedStream _source;
    private readonly CsvReader _reader;
    private readonly Queue<CsvMalformedRecord> _malformed = [];
    private CsvChunk? _peeked;
    private bool _hasRecord;
    private long _rows;
    private long _records;
    private long _end;

    /// <summary>Takes a stream, and owns it; reads the header.</summary>
    /// <param name="name">The name for messages.</param>
    /// <param name="stream">The bytes of the file, decompressed.</param>
    /// <param name="length">The length of the file in bytes; null if unknown.</param>
    /// <param name="position">The number of bytes of the file read so far; null if that is the number of bytes of the records.</param>
    /// <param name="dialect">The format.</param>
    /// <exception cref="InvalidDataException">The file cannot be read as CSV; the message is the predicate of a sentence.</exception>
    public CsvInput(string name, Stream stream, long? length, Func<long>? position, CsvDialect dialect)
    {
        Name = name;
        Length = length;
        _file = stream;
        _position = position;
        try
        {
            _beginning = Beginning(_file, dialect.SkippedLines);
            Dialect = _beginning.Separator is { } separator && !dialect.IsDelimiterGiven ? dialect with { Delimiter = separator } : dialect;
            CsvReaderOptions options = Dialect.ReaderOptions with
            {
                BufferSize = 256 * 1024,
                MaxRecordSize = LongestRecord,
                TrackLineNumbers = true,
                OnMalformedRecord = Refuse,
            };
            _source = new RecordedStream(_beginning.Rest, _file);
            _reader = CsvReader.Create(_source, options, leaveOpen: true);
            _hasRecord = ReadRecord();
            if (!_hasRecord)
            {
                throw new InvalidDataException("is empty");
            }

            Preamble = (byte[])[.. _beginning.Preamble.Span, .. _source.Take(0, _reader.ByteOffset)];
            Columns = [.. Enumerable.Range(0, _reader.FieldCount).Select(
                field => dialect.HasHeader ? _reader.GetString(field) : (field + 1).ToString(CultureInfo.InvariantCulture))];
            if (dialect.HasHeader)
            {
                if (Malformed() is { } problem)
                {
                    throw new InvalidDataException(Invariant($"has {problem} in line {Line(_reader.LineNumber)}, the header"));
                }

                byte[] header = _reader.RawRecord.ToArray();
                _hasRecord = ReadRecord();
                Header = [.. header, .. Ending()];
            }
        }
        catch
        {
            _reader?.Dispose();
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The format of the file.</summary>
    public CsvDialect Dialect { get; }

    /// <inheritdoc/>
    public override long? Length { get; }

    /// <inheritdoc/>
    public override long Position => _position?.Invoke() ?? _beginning.Preamble.Length + _reader.ByteOffset;

    /// <summary>The bytes before the header.</summary>
    public ReadOnlyMemory<byte> Preamble { get; }

    /// <summary>The bytes of the header with its line ending and empty lines behind it; null if there is none.</summary>
    public byte[]? Header { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns { get; }

    /// <inheritdoc/>
    internal override string LocationWord => "line";

    /// <summary>Fills a chunk with the next records; returns false if there are none.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read as CSV; the message has its path and the reason.</exception>
    public bool Fill(CsvChunk chunk)
    {
        chunk.Clear();
        try
        {
            while (_hasRecord && !chunk.IsFull)
            {
                chunk.Add(_reader.RawRecord, Line(_reader.LineNumber), Malformed());
                _hasRecord = ReadRecord();
                chunk.End(Ending());
            }
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{Name}' {e.Message}.", e);
        }

        return chunk.Lines.Count > 0;
    }

    /// <inheritdoc/>
    internal override TableChunk Peek(IReadOnlyList<int> columns)
    {
        _peeked = new CsvChunk();
        _ = Fill(_peeked);
        var chunk = new CsvTableChunk(this, columns);
        chunk.Set(_peeked, 0);
        chunk.Parse();
        return chunk;
    }

    /// <inheritdoc/>
    internal override TableChunk CreateChunk(IReadOnlyList<int> columns) => new CsvTableChunk(this, columns);

    /// <inheritdoc/>
    internal override bool Fill(TableChunk chunk)
    {
        var rows = (CsvTableChunk)chunk;
        bool filled;
        if (_peeked is { } first)
        {
            _peeked = null;
            rows.Set(first, 0);
            filled = rows.Rows > 0;
        }
        else
        {
            filled = Fill(rows.Records);
            rows.Set(rows.Records, _rows);
        }

        _rows += rows.Rows;
        return filled;
    }

    /// <inheritdoc/>
    private protected override void Dispose(bool disposing)
    {
        _reader.Dispose();
        _file.Dispose();
        base.Dispose(disposing);
    }

    private static CsvBeginning Beginning(Stream stream, int skippedLines)
    {
        try
        {
            return CsvBeginning.Read(stream, skippedLines);
        }
        catch (IOException e)
        {
            throw Unreadable(e);
        }
    }

    private bool ReadRecord()
    {
        try
        {
            bool hasRecord = _reader.Read();
            if (hasRecord)
            {
                _records++;
            }

            return hasRecord;
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
            throw Unreadable(e);
        }
    }

    /// <summary>The bytes from the end of the last record to the current one, or to the end of the file.</summary>
    private ReadOnlySpan<byte> Ending() => _source.Take(_end, _hasRecord ? _reader.ByteOffset : _source.Position);

    /// <summary>What is wrong with the quotes of the current record; null if nothing is. Ends the record.</summary>
    private string? Malformed()
    {
        _end = _reader.ByteOffset + _reader.RawRecord.Length;
        string? problem = null;
        while (_malformed.TryPeek(out CsvMalformedRecord record) && record.RecordNumber <= _records)
        {
            _malformed.Dequeue();
            if (QuotedText.Find(record.RawRecord, Dialect.Delimiter) is not { } found)
            {
                continue;
            }

            problem = found.IsUnclosed
                ? throw UnclosedQuote(record)
                : Invariant($"text behind a closing quote in column {found.Field + 1} (a quote within quotes is doubled: \"5\"\"\")");
        }

        return problem;
    }

    private void Refuse(CsvMalformedRecord record)
    {
        if (record.Reason == CsvMalformedReason.UnterminatedQuote)
        {
            throw UnclosedQuote(record);
        }

        _malformed.Enqueue(record);
    }

    private static InvalidDataException Unreadable(IOException e) => new("cannot be read: " + e.Message.TrimEnd('.'), e);

    private InvalidDataException UnclosedQuote(CsvMalformedRecord record) =>
        new(Invariant($"has an unclosed quote in line {Line(record.LineNumber)}"));

    private long Line(long lineOfReader) => lineOfReader + _beginning.Lines;
}
