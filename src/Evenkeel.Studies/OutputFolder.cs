using Evenkeel.Data;

namespace Evenkeel.Studies;

/// <summary>The folder that a study writes into; a file is written completely or not at all.</summary>
internal sealed class OutputFolder
{
    private OutputFolder(string path) => Path = path;

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>Creates the folder if needed, and checks that it is writable before long work starts.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">The folder cannot be created or written to; the message has one line.</exception>
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

    /// <summary>Writes a file under a temporary name and renames it, so that a crash leaves the old file or the new one.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="write">Writes its content.</param>
    /// <returns>The file's full path.</returns>
    /// <exception cref="IOException">The file cannot be written; the message has one line.</exception>
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
