using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Evenkeel.Benchmarks.Serving;

/// <summary>A process of ONNX Runtime with one model at a time; benchmarks/Evenkeel.OnnxRuntime/Program.cs lists its commands.</summary>
internal sealed class OnnxRuntimePeer : IDisposable
{
    private const string Exporter = "benchmarks/pytorch/serving_models.py";
    private const string Inputs = "inputs";
    private const string Outputs = "outputs";

    private readonly string _folder;
    private readonly PeerProcess _process;

    /// <summary>Starts the process.</summary>
    /// <param name="folder">The folder of the models, and of files for inputs and outputs.</param>
    public OnnxRuntimePeer(string folder)
    {
        _folder = folder;

        // The build of this project builds that one into the folder beside it.
        string program = Path.Combine(AppContext.BaseDirectory, "Evenkeel.OnnxRuntime.dll")
            .Replace("/Evenkeel.Benchmarks/", "/Evenkeel.OnnxRuntime/", StringComparison.Ordinal);
        _process = new PeerProcess("dotnet", program, folder);
    }

    /// <summary>Its version.</summary>
    public string Description => _process.Description;

    /// <summary>The resident memory of the process in bytes.</summary>
    public double WorkingSet => _process.Ask("memory");

    /// <summary>A call that takes turns with others.</summary>
    public Rival Rival => new(
        calls => _process.Ask(string.Create(CultureInfo.InvariantCulture, $"run {calls}")),
        IsElsewhere: true,
        Rest: () => _process.Ask("rest"));

    /// <summary>Makes ONNX models of the safetensors files in a folder.</summary>
    public static void Export(string folder)
    {
        using Process exporter = Process.Start("/usr/bin/python3", [Exporter, folder]);
        exporter.WaitForExit();
        if (exporter.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Exporter} has failed with code {exporter.ExitCode}; its error is above.");
        }
    }

    /// <summary>Loads the model of a network in place of the last one.</summary>
    public void Load(string network, int threads) =>
        _process.Ask(string.Create(CultureInfo.InvariantCulture, $"load {network}.onnx {threads}"));

    /// <summary>Gives the model a batch, and returns its outputs.</summary>
    public float[] Bind(float[] inputs)
    {
        File.WriteAllBytes(Path.Combine(_folder, Inputs), MemoryMarshal.AsBytes(inputs));
        _process.Ask($"bind {Inputs}");
        _process.Ask($"write {Outputs}");
        return MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(_folder, Outputs))).ToArray();
    }

    public void Dispose() => _process.Dispose();
}
