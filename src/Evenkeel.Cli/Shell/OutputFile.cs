using Evenkeel.Data;

namespace Evenkeel.Cli.Shell;

/// <summary>The file that a command writes: it appears whole, or not at all; but a device or a pipe takes what comes.</summary>
internal sealed class OutputFile
{
    private OutputFile(string path) => Path = path;

    /// <summary>The file as it was named.</summary>
    public string Path { get; }

    /// <summary>Whether it is standard output by its name, where nothing else may then be written.</summary>
    public bool IsStandardOutput => System.IO.Path.GetFullPath(Path) is "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>Takes a name from the command line, before minutes of work count on it.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="inputs">Files that it must not be.</param>
    /// <exception cref="UsageException">It is one of the inputs.</exception>
    /// <exception cref="IOException">It is a folder, or in a folder that is not there.</exception>
    public static OutputFile Create(string path, params string[] inputs)
    {
        if (inputs.FirstOrDefault(input => IsSame(input, path)) is { } same)
        {
            throw new UsageException($"--out '{path}' is the input '{same}', which stays as it is; choose another name.");
        }

        if (Directory.Exists(path))
        {
            throw new IOException($"cannot write '{path}': it is a folder.");
        }

        if (!Directory.Exists(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))))
        {
            throw new IOException($"cannot write '{path}': there is no such folder.");
        }

        return new OutputFile(path);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="write">Writes its content. Where it throws, there is no file, or the one that was there before.</param>
    /// <exception cref="IOException">It cannot be written; the message says which and why.</exception>
    public void Write(Action<Stream> write)
    {
        try
        {
            AtomicFile.Write(Path, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot write '{Path}': {e.Message}", e);
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName == "value")
        {
            // So .NET says that a file is larger than a file may be here.
            throw new IOException($"cannot write '{Path}': {OneLine.Of(e)}", e);
        }
    }

    private static bool IsSame(string a, string b) => string.Equals(
        Resolved(a), Resolved(b), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>The full path without symbolic links.</summary>
    private static string Resolved(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        if (System.IO.Path.GetDirectoryName(full) is not { } folder)
        {
            return full;
        }

        string file = System.IO.Path.Combine(Resolved(folder), System.IO.Path.GetFileName(full));
        FileSystemInfo info = Directory.Exists(file) ? new DirectoryInfo(file) : new FileInfo(file);
        return info.Exists && info.ResolveLinkTarget(returnFinalTarget: false) is { } target ? Resolved(target.FullName) : file;
    }
}
