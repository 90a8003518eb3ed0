using System.Runtime.InteropServices;
using Evenkeel.Tests.Accuracy;

namespace Evenkeel.Benchmarks;

/// <summary>A process of PyTorch that normalizes the numbers of a problem; see benchmarks/pytorch/normalization.py.</summary>
internal sealed class PyTorchNormalization : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evenkeel-accuracy-");
    private readonly PeerProcess _process;

    /// <summary>Starts the process; the current folder must be the repository.</summary>
    public PyTorchNormalization() => _process = PeerProcess.Python("benchmarks/pytorch/normalization.py", _folder.FullName);

    public string Version => _process.Description;

    /// <summary>The errors of its results.</summary>
    public Dictionary<Quantity, UlpErrors> Errors(NormalizationProblem problem, string call)
    {
        Write("X", problem.X);
        Write("Gradient", problem.Gradient);
        Write("Gamma", problem.Gamma);
        Write("Beta", problem.Beta);
        _process.Ask(call);
        return problem.Quantities.ToDictionary(quantity => quantity, quantity => problem.Errors(quantity, Read(quantity)));
    }

    public void Dispose()
    {
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private float[] Read(Quantity quantity) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(FileOf(quantity.ToString()))).ToArray();

    private void Write(string name, float[] values) => File.WriteAllBytes(FileOf(name), MemoryMarshal.AsBytes(values.AsSpan()));

    private string FileOf(string name) => Path.Combine(_folder.FullName, name);
}
