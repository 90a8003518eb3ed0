using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Probes;

/// <summary>Every kernel, with and without tails, in memory that must not be overrun.</summary>
public sealed class KernelsProbe : Probe
{
    public override void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (Kernel kernel in Views.All.Where(view => view.Length < 10_000).SelectMany(Kernels.OfChannels)
            .Concat(((int[])[1, 15, 16, 17, 65, 1000]).SelectMany(Kernels.OfElements)))
        {
            output.WriteLine($"{kernel.Name}: {kernel.InGuardedMemory()}");
        }
    }
}
