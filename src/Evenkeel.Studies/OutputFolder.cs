using Evenkeel.Data;

namespace Evenkeel.Studies;

/// <summary>A folder that a study writes into: each file appears whole, or not at all.</summary>
internal sealed class OutputFolder
{
    private OutputFolder(string path) => Path = path;

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>Makes the folder where needed, and makes sure it can be written into, before hours of work count on it.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">It cannot be made or written into; the message says which and why, in one line.</exception>
    public static OutputFolder Create(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            var folder = new OutputFolder(System.IO.Path.GetFullPath(path));
            Directory.CreateDirectory(folder.Path);
            string probe = System.IO.Path.Combine(folder.Path, $".{Guid.NewGuid():N}.tmp");
            File.Create(probe).Dispose();
            File.Delete(probe);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot write into the folder '{path}': {e.Message}", e);
        }
    }

    /// <summary>Writes a file beside its place and renames it there, so that a crash leaves the old file or the new one.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="write">Writes its content.</param>
    /// <returns>The file's full path.</returns>
    /// <exception cref="IOException">It cannot be written; the message says which and why, in one line.</exception>
    public string Write(string name, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(write);
        string file = System.IO.Path.Combine(Path, name);
        try
        {
            AtomicFile.Write(file, write);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot write '{file}': {e.Message}", e);
        }
    }
}
