namespace Evenkeel.Cli.Csv;

/// <summary>Some records of a file, one after another, and where they stood.</summary>
internal sealed class CsvChunk
{
    private const int EnoughBytes = 512 * 1024;

    private readonly List<long> _lines = [];
    private byte[] _text = new byte[EnoughBytes + EnoughBytes / 8];
    private int _length;

    public CsvChunk() => Clear();

    /// <summary>Whether there is enough for a piece of work; how much that is depends on the records alone.</summary>
    public bool IsFull => _length >= EnoughBytes;

    /// <summary>The records, each on a line.</summary>
    public ReadOnlyMemory<byte> Text => _text.AsMemory(0, _length);

    /// <summary>The line of the file in which each record begins, from 1.</summary>
    public IReadOnlyList<long> Lines => _lines;

    /// <summary>Takes all records away.</summary>
    public void Clear()
    {
        _lines.Clear();

        // An empty line, which is passed over: what looks like a byte order mark counts for one only at the very beginning.
        _text[0] = (byte)'\n';
        _length = 1;
    }

    /// <summary>Adds a record.</summary>
    public void Add(ReadOnlySpan<byte> record, long line)
    {
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
}
