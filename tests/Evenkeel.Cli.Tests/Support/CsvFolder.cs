using System.Text;

namespace Evenkeel.Cli.Tests.Support;

/// <summary>A folder for CSV files and what is made of them; gone with the test.</summary>
internal sealed class CsvFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("evenkeel-").FullName;

    public string PathOf(string file) => System.IO.Path.Combine(Path, file);

    /// <summary>Writes a file; returns its path.</summary>
    public string Write(string file, string text) => Write(file, Encoding.UTF8.GetBytes(text));

    public string Write(string file, byte[] bytes)
    {
        File.WriteAllBytes(PathOf(file), bytes);
        return PathOf(file);
    }

    public string Read(string file) => Encoding.UTF8.GetString(File.ReadAllBytes(PathOf(file)));

    /// <summary>Runs <c>evenkeel scale</c>; arguments that begin with @ are files of this folder.</summary>
    public CommandRun Scale(params string[] arguments) => Run(["scale", .. arguments]);

    /// <summary>Runs the command; arguments that begin with @ are files of this folder.</summary>
    public CommandRun Run(params string[] arguments) =>
        CommandRun.Of([.. arguments.Select(a => a.StartsWith('@') ? PathOf(a[1..]) : a)]);

    /// <summary>Runs it and expects success.</summary>
    public CommandRun RunWell(params string[] arguments)
    {
        CommandRun run = Run(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    /// <summary>Runs it and expects success.</summary>
    public CommandRun ScaleWell(params string[] arguments)
    {
        CommandRun run = Scale(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    /// <summary>The names of the files in the folder.</summary>
    public string[] Files() => [.. Directory.GetFiles(Path).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal)!];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
