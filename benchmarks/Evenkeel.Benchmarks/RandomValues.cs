using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks;

/// <summary>Arrays of random numbers.</summary>
internal static class RandomValues
{
    /// <summary>Draws numbers with deviation 1.</summary>
    public static float[] Normal(int length, ulong seed, float mean = 0)
    {
        var values = new float[length];
        new RandomStream(seed, Stream: 0).FillNormal(values, mean, standardDeviation: 1);
        return values;
    }
}
