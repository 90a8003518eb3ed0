namespace Evenkeel.Cli.Csv;

/// <summary>Consecutive records of a file, and the lines where they begin.</summary>
internal sealed class CsvChunk
{
    private const int EnoughBytes = 512 * 1024;

    private readonly List<long> _lines = [];
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

        // Begin with an empty line, which readers skip, so that the first record is not searched for a byte order mark.
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
