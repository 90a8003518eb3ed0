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
        : this(new ProcessStartInfo(executable, [program, .. arguments]), program)
    {
    }

    /// <summary>Starts the program with an environment of its own.</summary>
    /// <param name="start">The executable, its arguments and its environment.</param>
    /// <param name="program">The file of the program.</param>
    public PeerProcess(ProcessStartInfo start, string program)
    {
        if (!File.Exists(program))
        {
            throw new FileNotFoundException($"There is no {program}; run this from the repository's folder.", program);
        }

        _program = program;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        _process = Process.Start(start)!;
        Description = Answer();
    }

    /// <summary>What it says of itself: its versions and settings.</summary>
    public string Description { get; }

    /// <summary>Starts a Python script; the current folder must be the repository.</summary>
    public static PeerProcess Python(string script, params IEnumerable<string> arguments) => new("/usr/bin/python3", script, arguments);

    /// <summary>A call that takes turns with others; the program is asked with the number of calls before it.</summary>
    public Rival Rival(string call) =>
        new(calls => Ask(string.Create(CultureInfo.InvariantCulture, $"{calls} {call}")), IsElsewhere: true);

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
