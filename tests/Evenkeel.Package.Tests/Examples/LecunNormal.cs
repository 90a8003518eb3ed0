using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Package.Tests.Examples;

// docs/own-layers.md
/// <summary>LeCun's normal distribution, truncated at two of its standard deviations; the weights have the variance 1/fan-in.</summary>
/// <remarks>Source: LeCun et al., "Efficient BackProp", 1998.</remarks>
public sealed class LecunNormal : Initializer
{
    private const double Truncated = 0.87962566103423978; // the standard deviation of a standard normal truncated at ±2

    public override void Fill(Span<float> weights, int fanIn, int fanOut, RandomStream random)
    {
        double standardDeviation = Math.Sqrt(1.0 / fanIn) / Truncated;
        for (int i = 0; i < weights.Length; i++)
        {
            ulong position = (ulong)i;
            while (Math.Abs(random.Normal(position)) > 2)
            {
                position += 1UL << 32; // a position that no other weight draws from
            }

            weights[i] = (float)(standardDeviation * random.Normal(position));
        }
    }
}
// end
