namespace Evenkeel.Tables.Csv;

/// <summary>Consecutive records of a file, and the lines where they begin.</summary>
internal sealed class CsvChunk
{
    private static readonly byte[] LineFeed = [(byte)'\n'];
    private static readonly byte[] CarriageReturnLineFeed = [(byte)'\r', (byte)'\n'];

    private const int EnoughBytes = 512 * 1024;

    private readonly List<long> _lines = [];
    private readonly List<byte[]> _endings = [];
    private readonly Dictionary<int, string> _malformed = [];
    private byte[] _text = new byte[EnoughBytes + EnoughBytes / 8];
    private int _length;

    public CsvChunk() => Clear();

    /// <summary>True if the chunk is large enough to be processed, which depends on the records alone.</summary>
    public bool IsFull => _length >= EnoughBytes;

    /// <summary>The records, one after another, each with a line feed.</summary>
    public ReadOnlyMemory<byte> Text => _text.AsMemory(0, _length);

    /// <summary>The line of the file in which each record begins, from 1.</summary>
    public IReadOnlyList<long> Lines => _lines;

    /// <summary>Removes all records.</summary>
    public void Clear()
    {
        _lines.Clear();
        _endings.Clear();
        _malformed.Clear();

        // Begin with an empty line, which readers skip, so that the first record is not searched for a byte order mark.
        _text[0] = (byte)'\n';
        _length = 1;
    }

    /// <summary>What is behind a record in the file: its line ending, and empty lines.</summary>
    public ReadOnlySpan<byte> Ending(int record) => _endings[record];

    /// <summary>What is wrong with the quotes of a record; null if nothing is.</summary>
    public string? Malformed(int record) => _malformed.GetValueOrDefault(record);

    /// <summary>Adds a record.</summary>
    /// <param name="record">Its bytes, without the line ending.</param>
    /// <param name="line">The line where it begins, from 1.</param>
    /// <param name="malformed">What is wrong with its quotes; null if nothing is.</param>
    public void Add(ReadOnlySpan<byte> record, long line, string? malformed)
    {
        if (malformed is not null)
        {
            _malformed.Add(_lines.Count, malformed);
        }

        int length = checked(_length + record.Length + 1);
        if (length > _text.Length)
        {
            Array.Resize(ref _text, length);
        }

        record.CopyTo(_text.AsSpan(_length));
        _text[length - 1] = (byte)'\n';
        _length = length;
        _lines.Add(line);
    }

    /// <summary>Adds what is behind the last record.</summary>
    public void End(ReadOnlySpan<byte> ending) => _endings.Add(
        ending.SequenceEqual("\n"u8) ? LineFeed : ending.SequenceEqual("\r\n"u8) ? CarriageReturnLineFeed : ending.ToArray());
}
