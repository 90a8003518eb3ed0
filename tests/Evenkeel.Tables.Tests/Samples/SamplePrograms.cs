using System.Diagnostics;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tables.Tests.Samples;

/// <summary>What the programs in samples/tables print: all are started at once.</summary>
/// <remarks>The library is not built again, so that tests beside these can use it.</remarks>
public sealed class SamplePrograms : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, Task<string>> _printed = [];

    public SamplePrograms()
    {
        string model = Path.Combine(_folder.Path, "iris.evenkeel");
        foreach (string name in (string[])["train", "cross-validate", "confusion-matrix", "log-standardize"])
        {
            _printed.Add(name, Task.Run(() => Run(name)));
        }

        _printed.Add("save", Task.Run(() => Run("save", model)));
        _printed.Add("predict", _printed["save"].ContinueWith(
            saved => saved.Result.Contains("saved", StringComparison.Ordinal) ? Run("predict", model) : "", TaskScheduler.Default));
    }

    /// <summary>The programs.</summary>
    public IReadOnlyCollection<string> Names => _printed.Keys;

    /// <summary>What a program printed.</summary>
    public Task<string> Printed(string name) => _printed[name];

    public void Dispose()
    {
        Task.WaitAll([.. _printed.Values.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default))]);
        _folder.Dispose();
    }

    private static string Run(string name, params string[] arguments)
    {
        string binaries = AppContext.BaseDirectory.Replace('\\', '/');
        string configuration = binaries.Contains("/Debug/", StringComparison.Ordinal) ? "Debug" : "Release";
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            ["run", "-c", configuration, "-p:BuildProjectReferences=false", $"samples/tables/{name}.cs", "--", .. arguments])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] ofTheBuild = [.. start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))];
        Array.ForEach(ofTheBuild, variable => start.Environment.Remove(variable)); // that runs these tests

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The sample {name} did not end within {Patience}.");
        }

        return process.ExitCode == 0
            ? output.Result
            : throw new InvalidOperationException($"The sample {name} ended with {process.ExitCode}: {output.Result}{errors.Result}");
    }
}
