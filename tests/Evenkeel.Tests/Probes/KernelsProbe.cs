using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Probes;

/// <summary>Every kernel, with and without tails, in memory that must not be overrun.</summary>
public sealed class KernelsProbe : Probe
{
    private static readonly int[] Lengths = [1, 15, 16, 17, 65, 1000];

    public override void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (Kernel kernel in Views.All.Where(view => view.Length < 10_000).SelectMany(Kernels.OfChannels)
            .Concat(Views.Tables.Where(view => view.Length < 10_000).SelectMany(Kernels.OfTables))
            .Concat(Views.Pooled.SelectMany(Kernels.OfPooling))
            .Concat(Lengths.SelectMany(Kernels.OfElements))
            .Concat(Lengths.SelectMany(length => Kernels.OfRowSets(rows: 5, length))))
        {
            output.WriteLine($"{kernel.Name}: {kernel.InGuardedMemory()}");
        }
    }
}
