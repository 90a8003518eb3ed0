using System.Collections.Concurrent;

namespace Evenkeel.Data;

/// <summary>Writes files that appear complete, or not at all.</summary>
internal static class AtomicFile
{
    private const string Suffix = ".evenkeel.tmp";
    private const int CreationAttempts = 10;

    private static readonly ConcurrentDictionary<string, bool> Temporaries = [];

    /// <summary>Writes a temporary file beside the target and renames it, so that a crash leaves the old file or the new one.</summary>
    /// <remarks>
    /// <para>
    /// A symbolic link is followed: its target is replaced. The new file has the permissions of the old one and, where that is allowed, its
    /// owner. Temporary files of the same target that a killed process left are deleted.
    /// </para>
    /// <para>
    /// A device, a pipe, a socket and an open file (<c>/dev/stdout</c>, <c>/dev/fd/3</c>, <c>/proc/self/fd/3</c>) are written to directly,
    /// where they stand; what was written before an error stays written.
    /// </para>
    /// </remarks>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="write">Writes the content. If it throws, nothing is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        OutputTarget target = OutputTarget.Of(path);
        using Stream? direct = OpenDirectly(target);
        if (direct is null)
        {
            Replace(target.Path, write);
        }
        else
        {
            write(direct);
            direct.Flush();
        }
    }

    /// <summary>Throws if a file cannot be written, before minutes of work depend on it; nothing is changed.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file or its folder is denied.</exception>
    public static void CheckWritable(string path)
    {
        OutputTarget target = OutputTarget.Of(path);
        if (target.Descriptor is not null || target.IsOpenElsewhere || LinuxFile.Of(target.Path) is { IsRegular: false })
        {
            return; // the reader of a pipe would take the end of a check for the end of the file
        }

        using Stream? direct = OpenDirectly(target);
        string folder = Path.GetDirectoryName(target.Path) ?? target.Path;
        (string temporary, FileStream created) = Create(folder, Path.GetFileName(target.Path));
        created.Dispose();
        DeleteQuietly(temporary);
    }

    /// <summary>Deletes the temporary files of this process, which is about to end while some are written.</summary>
    public static void DeleteTemporaries()
    {
        foreach (string temporary in Temporaries.Keys)
        {
            DeleteQuietly(temporary);
        }
    }

    private static void Replace(string file, Action<Stream> write)
    {
        string folder = Path.GetDirectoryName(file) ?? file, name = Path.GetFileName(file);
        DeleteLeftovers(folder, Escape(Shortened(name)));
        (string temporary, FileStream created) = Create(folder, name);
        Temporaries.TryAdd(temporary, true);
        try
        {
            using (FileStream stream = created)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
                if (!OperatingSystem.IsWindows() && File.Exists(file))
                {
                    LinuxFile.Of(file)?.TryGive(temporary); // before the permissions, since it clears some
                    File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(file));
                }

                if (!OperatingSystem.IsWindows())
                {
                    // Locked until it has its name, so that no other process takes it for a leftover; and with a lock that lets others
                    // open it, since it is still locked a moment later.
                    FileLock.Share(stream.SafeFileHandle);
                    File.Move(temporary, file, overwrite: true);
                }
            }

            if (OperatingSystem.IsWindows())
            {
                File.Move(temporary, file, overwrite: true);
            }

            FolderFlush.ToDisk(folder);
        }
        finally
        {
            DeleteQuietly(temporary);
            Temporaries.TryRemove(temporary, out _);
        }
    }

    /// <summary>Creates a temporary file, which is locked while it is open.</summary>
    private static (string Path, FileStream Stream) Create(string folder, string name)
    {
        for (int attempt = 1; ; attempt++)
        {
            string temporary = Path.Combine(folder, $".{Shortened(name)}.{Guid.NewGuid():N}{Suffix}");
            FileStream stream;
            try
            {
                // Network file systems give a shared lock to files alone that may be read.
                stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < CreationAttempts && File.Exists(temporary))
            {
                continue; // another process took it for a leftover before it was locked, and will delete it
            }

            if (File.Exists(temporary) || attempt == CreationAttempts)
            {
                return (temporary, stream);
            }

            stream.Dispose(); // deleted before it was locked
        }
    }

    /// <summary>Deletes the temporary files of targets that no process has open.</summary>
    /// <param name="folder">The folder of the targets.</param>
    /// <param name="names">A pattern of their names, with * and ?.</param>
    public static void DeleteLeftovers(string folder, string names)
    {
        string[] leftovers;
        try
        {
            leftovers = Directory.GetFiles(folder, $".{names}.*{Suffix}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return; // a folder that may be written to and not listed
        }

        foreach (string leftover in leftovers)
        {
            // Opening a pipe of such a name would wait for its other end.
            if (!IsTemporary(leftover) || LinuxFile.Of(leftover) is { IsRegular: false })
            {
                continue;
            }

            try
            {
                using var unused = new FileStream(leftover, FileMode.Open, FileAccess.Write, FileShare.None); // throws if it is in use
                DeleteQuietly(leftover);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
            }
        }
    }

    private static bool IsTemporary(string path)
    {
        string[] parts = Path.GetFileName(path)[..^Suffix.Length].Split('.');
        return Guid.TryParseExact(parts[^1], "N", out _);
    }

    // The name of a temporary file may be longer than a file's may be.
    private static string Shortened(string name) => name.Length <= 60 ? name : name[..60];

    // Windows and Linux have patterns with * and ? alone.
    private static string Escape(string name) => name.Replace('*', '?');

    /// <summary>Opens what cannot be replaced; null for a regular file, or none.</summary>
    private static Stream? OpenDirectly(OutputTarget target)
    {
        if (target.Descriptor is { } descriptor)
        {
            return new DescriptorStream(descriptor);
        }

        if (target.IsOpenElsewhere)
        {
            var stream = new FileStream(target.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            if (stream.CanSeek)
            {
                stream.Seek(0, SeekOrigin.End);
            }

            return stream;
        }

        return File.Exists(target.Path) && !IsReplaceable(target.Path)
            ? new FileStream(target.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)
            : null;
    }

    private static bool IsReplaceable(string path)
    {
        if (LinuxFile.Of(path) is { } file)
        {
            if (file.IsRegular)
            {
                // A file that must not be written to must not be replaced either.
                using var writable = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            }

            return file.IsRegular;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        return IsRegular(stream);
    }

    // The length of a device cannot be set.
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
