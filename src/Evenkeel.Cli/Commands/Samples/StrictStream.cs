namespace Evenkeel.Cli.Commands.Samples;

/// <summary>Bytes that throw where they are read beyond their end: a decoder that takes zeros for these may not come to an end.</summary>
internal sealed class StrictStream(byte[] bytes) : MemoryStream(bytes, writable: false)
{
    /// <inheritdoc/>
    public override int ReadByte() => Position < Length ? base.ReadByte() : throw new EndOfStreamException();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        count <= Length - Position ? base.Read(buffer, offset, count) : throw new EndOfStreamException();

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) =>
        buffer.Length <= Length - Position ? base.Read(buffer) : throw new EndOfStreamException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin loc)
    {
        long position = base.Seek(offset, loc);
        return position <= Length ? position : throw new EndOfStreamException();
    }
}
