using System.Diagnostics;
using System.Globalization;
using Evenkeel.Comparison.Hashes;

namespace Evenkeel.Comparison;

/// <summary>A <see cref="Worker"/> of one of the two builds, which stays alive while the other takes its turns.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _assembly;

    /// <summary>Starts the worker.</summary>
    /// <param name="assembly">The comparison's assembly, built with the library to measure.</param>
    /// <param name="variables">Environment variables that it gets beside those of this process.</param>
    public WorkerProcess(string assembly, params IEnumerable<KeyValuePair<string, string>> variables)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, "work"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        _assembly = assembly;
        _process = Process.Start(start)!;
        VectorBits = int.Parse(Receive(), CultureInfo.InvariantCulture);
    }

    /// <summary>The width of the vectors that the runtime computes with, in bits.</summary>
    public int VectorBits { get; }

    /// <summary>Begins to prepare a case; <see cref="ReceiveTime"/> waits until it is ready.</summary>
    public void SendPrepare(int threads, string id) => Send($"prepare {threads} {id}");

    /// <summary>The nanoseconds of a call, as the worker answers.</summary>
    public double ReceiveTime() => double.Parse(Receive(), CultureInfo.InvariantCulture);

    /// <summary>Calls the case, and returns the nanoseconds of a timed call.</summary>
    public double Run(int untimed, int timed)
    {
        Send($"run {untimed} {timed}");
        return ReceiveTime();
    }

    /// <summary>Trains a network and hashes it.</summary>
    public NetworkHash Hash(int threads, string network)
    {
        Send($"hash {threads} {network}");
        string[] answer = Receive().Split(' ');
        return new NetworkHash(answer[0], double.Parse(answer[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close(); // ends the worker
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Send(FormattableString line) => _process.StandardInput.WriteLine(FormattableString.Invariant(line));

    private string Receive() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException($"The worker {_assembly} ended before it answered; its error is above.");
}
