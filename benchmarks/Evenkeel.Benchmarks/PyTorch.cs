namespace Evenkeel.Benchmarks;

/// <summary>A process of PyTorch that times a call when asked; see benchmarks/pytorch/peer.py for the calls.</summary>
internal sealed class PyTorch(string name, params string[] options) : IDisposable
{
    private readonly PeerProcess _process = PeerProcess.Python("benchmarks/pytorch/peer.py", options);

    /// <summary>How it is set up, in a word.</summary>
    public string Name { get; } = name;

    /// <summary>How it is set up, with versions.</summary>
    public string Description => _process.Description;

    /// <summary>The time of one of several calls, in seconds.</summary>
    public double Seconds(string call, int calls) => Rival(call).Seconds(calls);

    /// <summary>A call that takes turns with others.</summary>
    public Rival Rival(string call) => _process.Rival(call);

    public void Dispose() => _process.Dispose();
}
