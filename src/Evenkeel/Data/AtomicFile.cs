namespace Evenkeel.Data;

/// <summary>Writes files that appear whole, or not at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file beside its place and renames it there, so that a crash leaves the old file or the new one.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="write">Writes its content. Where it throws, everything stays as it was.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string file = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(file) ?? file, $".{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, file, overwrite: true);
        }
        finally
        {
            DeleteQuietly(temporary);
        }
    }

    // What went wrong before matters more than a leftover.
    private static void DeleteQuietly(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
