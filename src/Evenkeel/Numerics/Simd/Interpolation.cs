namespace Evenkeel.Numerics.Simd;

/// <summary>Linear interpolation.</summary>
internal static class Interpolation
{
    /// <summary>
    /// What lies a share of the way from <paramref name="lower"/> to <paramref name="upper"/>: exact at both ends, never beyond
    /// them, and growing with the share.
    /// </summary>
    public static double Between(double lower, double upper, double chunk)
    {
        double distance = upper - lower;
        return distance == 0 ? lower
            : !double.IsFinite(distance) ? lower * (1 - chunk) + upper * chunk
            : chunk < 0.5 ? lower + distance * chunk : upper - distance * (1 - chunk);
    }
}
