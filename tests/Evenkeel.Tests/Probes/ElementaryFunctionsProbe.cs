using System.Globalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Numerics.Simd;

namespace Evenkeel.Tests.Probes;

/// <summary>The elementary functions, and the random numbers that are drawn with their help.</summary>
public sealed class ElementaryFunctionsProbe : Probe
{
    public override void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var normal = new float[1000];
        new RandomStream(Seed: 1, Stream: 2).FillNormal(normal, mean: 0, standardDeviation: 1);
        output.WriteLine(ElementaryFunctionsHash.Compute().ToString(CultureInfo.InvariantCulture));
        output.WriteLine(Hash<float>(normal));
    }
}
