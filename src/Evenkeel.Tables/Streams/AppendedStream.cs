namespace Evenkeel.Tables.Streams;

/// <summary>A stream with bytes before and behind it.</summary>
/// <param name="beginning">The bytes before it.</param>
/// <param name="stream">The stream, which is owned.</param>
/// <param name="end">The bytes behind it.</param>
internal sealed class AppendedStream(ReadOnlyMemory<byte> beginning, Stream stream, ReadOnlyMemory<byte> end) : ForwardStream
{
    private ReadOnlyMemory<byte> _beginning = beginning;
    private ReadOnlyMemory<byte> _end = end;
    private long _read;

    /// <summary>Appends bytes to a stream.</summary>
    public AppendedStream(Stream stream, ReadOnlyMemory<byte> end)
        : this(default, stream, end)
    {
    }

    /// <summary>The number of bytes read.</summary>
    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int count = Take(ref _beginning, buffer);
        if (count == 0)
        {
            count = stream.Read(buffer);
        }

        if (count == 0)
        {
            count = Take(ref _end, buffer);
        }

        _read += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int Take(ref ReadOnlyMemory<byte> bytes, Span<byte> buffer)
    {
        int count = Math.Min(bytes.Length, buffer.Length);
        bytes.Span[..count].CopyTo(buffer);
        bytes = bytes[count..];
        return count;
    }
}
