namespace Evenkeel.Data;

/// <summary>Writes files that appear complete, or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a temporary file beside the target and renames it, so that a crash leaves the old file or the new one.</summary>
    /// <remarks>
    /// A symbolic link is followed: its target is replaced. A device or a pipe is written to directly, so that it receives what was
    /// written before an error too.
    /// </remarks>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="write">Writes the content. If it throws, nothing is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        using FileStream? device = OpenDevice(path);
        if (device is null)
        {
            var file = new FileInfo(path);
            Replace(file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName, write);
        }
        else
        {
            write(device);
            device.Flush();
        }
    }

    private static void Replace(string file, Action<Stream> write)
    {
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

    /// <summary>Opens what exists at a path, unless it is a regular file, which can be replaced; then returns null.</summary>
    private static FileStream? OpenDevice(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            if (!IsRegular(stream))
            {
                return stream;
            }
        }
        catch (FileNotFoundException)
        {
            // A link without a target.
        }

        stream?.Dispose();
        return null;
    }

    // .NET has no such query, but the length of a device cannot be set.
    private static bool IsRegular(FileStream stream)
    {
        if (!stream.CanSeek)
        {
            return false;
        }

        try
        {
            if (stream.Length == 0)
            {
                stream.SetLength(0);
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // An error before this matters more than a leftover file.
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
