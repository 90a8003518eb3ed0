using System.Diagnostics;
using System.Globalization;

namespace Evenkeel.Benchmarks;

/// <summary>A program that describes itself in its first line, and then answers each line it is given with a number.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _program;

    /// <summary>Starts the program.</summary>
    /// <param name="executable">What runs the program: an interpreter or the .NET host.</param>
    /// <param name="program">The file of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    public PeerProcess(string executable, string program, params IEnumerable<string> arguments)
    {
        if (!File.Exists(program))
        {
            throw new FileNotFoundException($"There is no {program}; run this from the repository's folder.", program);
        }

        _program = program;
        _process = Process.Start(new ProcessStartInfo(executable, [program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Description = Answer();
    }

    /// <summary>What it says of itself: its versions and settings.</summary>
    public string Description { get; }

    /// <summary>Starts a Python script; the current folder must be the repository.</summary>
    public static PeerProcess Python(string script, params IEnumerable<string> arguments) => new("/usr/bin/python3", script, arguments);

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

    private string Answer() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{_program} has ended.");
}
