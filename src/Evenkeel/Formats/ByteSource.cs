namespace Evenkeel.Formats;

/// <summary>The bytes of a file, read at any position.</summary>
/// <param name="length">The number of bytes.</param>
internal abstract class ByteSource(long length) : IDisposable
{
    /// <summary>The number of bytes.</summary>
    public long Length => length;

    /// <summary>Reads bytes from a position on.</summary>
    /// <exception cref="InvalidDataException">The file has become shorter.</exception>
    public abstract void Read(long position, Span<byte> bytes);

    /// <summary>Closes the file.</summary>
    public virtual void Dispose()
    {
    }
}
