using System.Diagnostics;
using System.Globalization;

namespace Evenkeel.Benchmarks;

/// <summary>A process of TorchSharp that times a normalization when asked; see benchmarks/torchsharp/Program.cs.</summary>
internal sealed class TorchSharp : IDisposable
{
    private const string Program = "benchmarks/torchsharp/out/Evenkeel.TorchSharp.dll";
    private const string Shim = "benchmarks/torchsharp/out/libshim.so";

    private readonly PeerProcess _process;

    /// <summary>Starts the process; the current folder must be the repository.</summary>
    public TorchSharp(int threads)
    {
        string count = threads.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("dotnet", [Program, count]);
        foreach ((string name, string value) in ((string, string)[])[
            ("LD_PRELOAD", Path.GetFullPath(Shim)), ("OMP_NUM_THREADS", count), ("MKL_NUM_THREADS", count),

            // As in benchmarks/pytorch/environment.py: freed memory is kept.
            ("MALLOC_MMAP_THRESHOLD_", "8589934592"), ("MALLOC_TRIM_THRESHOLD_", "17179869184"), ("MALLOC_TOP_PAD_", "1073741824")])
        {
            start.Environment[name] = value;
        }

        _process = new PeerProcess(start, Program);
    }

    /// <summary>Whether benchmarks/torchsharp/build.sh has been run.</summary>
    public static bool IsBuilt => File.Exists(Program);

    /// <summary>Its versions.</summary>
    public string Description => _process.Description;

    /// <summary>A call that takes turns with others.</summary>
    public Rival Rival(string call) => _process.Rival(call);

    public void Dispose() => _process.Dispose();
}
