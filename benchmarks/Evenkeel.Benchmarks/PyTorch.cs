using System.Diagnostics;
using System.Globalization;

namespace Evenkeel.Benchmarks;

/// <summary>A process of PyTorch that times a call when asked; see benchmarks/pytorch/peer.py for the calls.</summary>
internal sealed class PyTorch : IDisposable
{
    private const string Script = "benchmarks/pytorch/peer.py";

    private readonly Process _process;

    /// <summary>Starts the process; the current folder must be the repository.</summary>
    public PyTorch(string name, params string[] options)
    {
        if (!File.Exists(Script))
        {
            throw new FileNotFoundException("Run this from the repository's folder.", Script);
        }

        Name = name;
        _process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Script, .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Description = Answer();
    }

    /// <summary>How it is set up, in a word.</summary>
    public string Name { get; }

    /// <summary>How it is set up, with versions.</summary>
    public string Description { get; }

    /// <summary>The time of one of several calls, in seconds.</summary>
    public double Seconds(string call, int calls)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{calls} {call}"));
        return double.Parse(Answer(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Answer() =>
        _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The process of PyTorch has ended.");
}
