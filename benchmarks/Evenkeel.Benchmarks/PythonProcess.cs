using System.Diagnostics;
using System.Globalization;

namespace Evenkeel.Benchmarks;

/// <summary>A script that says in a line what it is, and then answers each line it is given with a number.</summary>
internal sealed class PythonProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _script;

    /// <summary>Starts the script; the current folder must be the repository.</summary>
    public PythonProcess(string script, params IEnumerable<string> arguments)
    {
        if (!File.Exists(script))
        {
            throw new FileNotFoundException("Run this from the repository's folder.", script);
        }

        _script = script;
        _process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Description = Answer();
    }

    /// <summary>What it says of itself: its versions and settings.</summary>
    public string Description { get; }

    public double Ask(string question)
    {
        _process.StandardInput.WriteLine(question);
        return double.Parse(Answer(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Answer() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{_script} has ended.");
}
