namespace Evenkeel.Numerics.Simd;

/// <summary>Linear interpolation.</summary>
internal static class Interpolation
{
    /// <summary>Interpolates between two values: exact at both ends, never beyond them, and monotonic in the fraction.</summary>
    public static double Between(double lower, double upper, double fraction)
    {
        double distance = upper - lower;
        return distance == 0 ? lower
            : !double.IsFinite(distance) ? lower * (1 - fraction) + upper * fraction
            : fraction < 0.5 ? lower + distance * fraction : upper - distance * (1 - fraction);
    }
}
