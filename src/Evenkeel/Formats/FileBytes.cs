namespace Evenkeel.Formats;

/// <summary>The bytes of a file, read at any position.</summary>
internal class FileBytes : IDisposable
{
    private readonly FileStream? _file;

    /// <summary>Takes an open file that can be read at any position, and owns it.</summary>
    public FileBytes(FileStream file)
    {
        _file = file;
        Length = file.Length;
    }

    /// <summary>For bytes that are elsewhere.</summary>
    protected FileBytes(long length) => Length = length;

    /// <summary>The number of bytes.</summary>
    public long Length { get; }

    /// <summary>Reads bytes from a position on.</summary>
    /// <exception cref="InvalidDataException">The file has become shorter.</exception>
    public virtual void Read(long position, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(_file!.SafeFileHandle, bytes, position);
            if (read == 0)
            {
                throw new InvalidDataException("The file has become shorter while it was read.");
            }

            position += read;
            bytes = bytes[read..];
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        GC.SuppressFinalize(this);
    }
}
