namespace Evenkeel.Formats;

/// <summary>The bytes of an open file, which this owns.</summary>
internal sealed class FileBytes(FileStream file) : ByteSource(file.Length)
{
    /// <inheritdoc/>
    public override void Read(long position, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(file.SafeFileHandle, bytes, position);
            if (read == 0)
            {
                throw new InvalidDataException("The file has become shorter while it was read.");
            }

            position += read;
            bytes = bytes[read..];
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        file.Dispose();
        base.Dispose();
    }
}
