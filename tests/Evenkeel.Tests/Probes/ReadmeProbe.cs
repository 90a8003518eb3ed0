using System.Numerics.Tensors;
using Evenkeel.Numerics;

namespace Evenkeel.Tests.Probes;

/// <summary>The README's program that loads the network which the other one has saved.</summary>
public sealed class ReadmeProbe : Probe
{
    public override void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine(HashOf(ReadmeExample.LoadTheNetwork()));
    }

    internal static string HashOf(Tensor<float> tensor) => Hash<float>(tensor.Elements());
}
