namespace Evenkeel.Data;

/// <summary>Writes files that appear whole, or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file beside its place and renames it there, so that a crash leaves the old file or the new one.</summary>
    /// <remarks>
    /// A symbolic link stays, and what it leads to is written. A device or a pipe stays too, and takes what is written at once, as
    /// far as it comes.
    /// </remarks>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="write">Writes its content. Where it throws, everything stays as it was.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
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

    /// <summary>What is there already, if it is no file that another could replace; otherwise null.</summary>
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
            // A link that leads nowhere yet.
        }

        stream?.Dispose();
        return null;
    }

    // .NET does not tell, but a device has no length that could be set.
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
