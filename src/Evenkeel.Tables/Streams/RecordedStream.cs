namespace Evenkeel.Tables.Streams;

/// <summary>A stream whose beginning was read before, and which remembers what was read last.</summary>
internal sealed class RecordedStream(ReadOnlyMemory<byte> beginning, Stream rest) : ForwardStream
{
    private ReadOnlyMemory<byte> _beginning = beginning;
    private byte[] _recent = [];
    private int _start;
    private int _length;
    private long _read;

    /// <summary>The number of bytes read.</summary>
    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <summary>Returns the bytes from an offset to another, exclusive; those before the first offset are forgotten.</summary>
    public ReadOnlySpan<byte> Take(long from, long to)
    {
        int skipped = (int)(from - (_read - _length));
        _start += skipped;
        _length -= skipped;
        return _recent.AsSpan(_start, (int)(to - from));
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int count = buffer.Length;
        if (_beginning.IsEmpty)
        {
            count = rest.Read(buffer);
        }
        else
        {
            count = Math.Min(buffer.Length, _beginning.Length);
            _beginning.Span[..count].CopyTo(buffer);
            _beginning = _beginning[count..];
        }

        Record(buffer[..count]);
        return count;
    }

    private void Record(ReadOnlySpan<byte> bytes)
    {
        if (_start + _length + bytes.Length > _recent.Length)
        {
            byte[] larger = _length + bytes.Length > _recent.Length / 2 ? new byte[2 * (_length + bytes.Length)] : _recent;
            _recent.AsSpan(_start, _length).CopyTo(larger);
            (_recent, _start) = (larger, 0);
        }

        bytes.CopyTo(_recent.AsSpan(_start + _length));
        _length += bytes.Length;
        _read += bytes.Length;
    }
}
