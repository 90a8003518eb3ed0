using Evenkeel.Numerics.Images;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Probes;

/// <summary>Convolutions of every kind, with their gradients.</summary>
public sealed class ConvolutionProbe : Probe
{
    public override void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (ConvolutionShape shape in Convolutions.All)
        {
            output.WriteLine($"{shape}: {Hash<float>(Convolutions.Results(shape))}");
        }
    }
}
