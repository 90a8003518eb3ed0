using System.IO.Compression;
using Evenkeel.Data;

namespace Evenkeel.Cli.Shell;

/// <summary>A file that is written completely or not at all; devices, pipes and standard output are written directly.</summary>
internal sealed class OutputFile
{
    /// <summary>The path that means standard input or output.</summary>
    public const string Dash = "-";

    private OutputFile(string path, OutputTarget target)
    {
        Path = path;
        IsStandardOutput = path == Dash || target.Descriptor == StandardStream.Output;
    }

    /// <summary>The path as given by the user.</summary>
    public string Path { get; }

    /// <summary>True if the path is that of standard output, to which nothing else may then be written.</summary>
    public bool IsStandardOutput { get; }

    /// <summary>Checks a path from the command line, before minutes of work depend on it.</summary>
    /// <param name="path">The file to write, - for standard output; an existing file is replaced.</param>
    /// <param name="inputs">The input files, which must not be overwritten.</param>
    /// <exception cref="UsageException">The path is one of the inputs.</exception>
    /// <exception cref="IOException">The path is a folder, its folder does not exist, or its links form a cycle.</exception>
    public static OutputFile Create(string path, params string[] inputs) => CreateFor("--out", path, inputs);

    /// <summary>Checks the path of an option other than <c>--out</c>.</summary>
    /// <param name="option">The option, for messages.</param>
    /// <param name="path">The file to write, - for standard output; an existing file is replaced.</param>
    /// <param name="inputs">The input files, which must not be overwritten.</param>
    /// <inheritdoc cref="Create"/>
    public static OutputFile CreateFor(string option, string path, params IReadOnlyList<string> inputs)
    {
        OutputTarget target = path == Dash ? new OutputTarget(path, StandardStream.Output, false) : Follow(path);
        string resolved = Resolved(target);
        if (inputs.FirstOrDefault(input => IsInput(input, target, resolved)) is { } same)
        {
            string file = same == Dash ? "the file on standard input" : $"the input file '{same}'";
            throw new UsageException(target.Descriptor is null
                ? $"{option} '{path}' is {file}, which it would overwrite; choose another name."
                : $"{option} '{path}' is redirected to {file}; choose another file.");
        }

        if (target.Descriptor is null && Directory.Exists(target.Path))
        {
            throw new IOException($"cannot write '{path}': it is a folder.");
        }

        if (target.Descriptor is null && !Directory.Exists(System.IO.Path.GetDirectoryName(target.Path)))
        {
            throw new IOException($"cannot write '{path}': there is no such folder.");
        }

        return new OutputFile(path, target);
    }

    /// <summary>Throws if the file cannot be written, before minutes of work depend on it; nothing is changed.</summary>
    /// <exception cref="IOException">The file cannot be written; the message has its path and the reason.</exception>
    public void CheckWritable()
    {
        if (IsStandardOutput)
        {
            return;
        }

        try
        {
            AtomicFile.CheckWritable(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot write '{Path}': {e.Message}", e);
        }
    }

    /// <summary>Writes the file.</summary>
    /// <param name="write">Writes the content. If it throws, the file is left as it was before.</param>
    /// <exception cref="IOException">The file cannot be written; the message has its path and the reason.</exception>
    public void Write(Action<Stream> write)
    {
        try
        {
            if (IsStandardOutput)
            {
                StandardStream.CheckOpen(StandardStream.Output);
                using Stream stream = OperatingSystem.IsWindows()
                    ? Console.OpenStandardOutput()
                    : new DescriptorStream(StandardStream.Output);
                write(stream);
            }
            else
            {
                AtomicFile.Write(Path, write);
            }
        }
        catch (IOException e) when (IsStandardOutput && StandardOutput.IsBrokenPipe(e))
        {
            throw; // its reader has gone, which is no failure of the command
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot write {(Path == Dash ? "to standard output" : $"'{Path}'")}: {e.Message}", e);
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName == "value")
        {
            // The exception of .NET for a file beyond the size limit.
            throw new IOException($"cannot write '{Path}': {OneLine.Of(e)}", e);
        }
    }

    /// <summary>Writes the file, compressed with gzip if its name ends in <c>.gz</c>.</summary>
    /// <inheritdoc cref="Write"/>
    public void WriteText(Action<Stream> write)
    {
        if (!HasExtension(".gz"))
        {
            Write(write);
            return;
        }

        Write(stream =>
        {
            using var compressed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
            write(compressed);
        });
    }

    /// <summary>Whether the name ends in an extension, in any case of letters.</summary>
    public bool HasExtension(string extension) => Path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    private static OutputTarget Follow(string path)
    {
        try
        {
            return OutputTarget.Of(path);
        }
        catch (IOException e)
        {
            throw new IOException($"cannot open '{path}': {char.ToLowerInvariant(e.Message[0])}{e.Message[1..]}", e);
        }
    }

    /// <summary>Whether a target is an input, by its path or, as through a hard link or a redirection, by its file.</summary>
    private static bool IsInput(string input, OutputTarget target, string resolved)
    {
        OutputTarget source = input == Dash ? new OutputTarget(input, StandardStream.Input, false) : Follow(input);
        return (input != Dash && IsSame(Resolved(source), resolved))
            || (FileOf(source) is { IsRegular: true } file && FileOf(target) is { } other && file.IsSameFile(other));
    }

    private static LinuxFile? FileOf(OutputTarget target) =>
        LinuxFile.Of(target.Descriptor is { } descriptor ? $"/proc/self/fd/{descriptor}" : target.Path);

    private static bool IsSame(string a, string b) => string.Equals(
        a, b, OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>The path of the file itself: that which a descriptor is open for, and with the links of its folders followed.</summary>
    private static string Resolved(OutputTarget target)
    {
        if (target.Descriptor is { } descriptor)
        {
            string link = $"/proc/self/fd/{descriptor}";
            return new FileInfo(link).LinkTarget ?? link;
        }

        string? folder = System.IO.Path.GetDirectoryName(target.Path);
        return folder is null
            ? target.Path
            : System.IO.Path.Combine(Resolved(Follow(folder)), System.IO.Path.GetFileName(target.Path));
    }
}
