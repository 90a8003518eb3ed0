using Evenkeel.Data;

namespace Evenkeel.Cli.Shell;

/// <summary>A file that is written completely or not at all; devices and pipes are written directly.</summary>
internal sealed class OutputFile
{
    private OutputFile(string path) => Path = path;

    /// <summary>The path as given by the user.</summary>
    public string Path { get; }

    /// <summary>True if the path is that of standard output, to which nothing else may then be written.</summary>
    public bool IsStandardOutput => System.IO.Path.GetFullPath(Path) is "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>Checks a path from the command line, before minutes of work depend on it.</summary>
    /// <param name="path">The file to write; an existing file is replaced.</param>
    /// <param name="inputs">The input files, which must not be overwritten.</param>
    /// <exception cref="UsageException">The path is one of the inputs.</exception>
    /// <exception cref="IOException">The path is a folder, or its folder does not exist.</exception>
    public static OutputFile Create(string path, params string[] inputs)
    {
        if (inputs.FirstOrDefault(input => IsSame(input, path)) is { } same)
        {
            throw new UsageException($"--out '{path}' is the input file '{same}', which it would overwrite; choose another name.");
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
    /// <param name="write">Writes the content. If it throws, the file is left as it was before.</param>
    /// <exception cref="IOException">The file cannot be written; the message has its path and the reason.</exception>
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
            // The exception of .NET for a file beyond the size limit.
            throw new IOException($"cannot write '{Path}': {OneLine.Of(e)}", e);
        }
    }

    private static bool IsSame(string a, string b) => string.Equals(
        Resolved(a), Resolved(b), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>The full path with symbolic links resolved.</summary>
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
