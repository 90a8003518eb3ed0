namespace Evenkeel.Studies.Probes;

/// <summary>The nearly linear part of a sigmoid and of tanh: about 0, where they deviate from their tangent by less than 10 %.</summary>
/// <remarks>σ(z) = ½ + tanh(z/2)/2 has the tangent ½ + z/4 at 0, and tanh(z) the tangent z: both deviate by 1 − tanh(t)/t, at t = z/2 and
/// t = z.</remarks>
internal static class NearlyLinear
{
    /// <summary>The deviation from the tangent at the bounds, over the tangent's rise from 0.</summary>
    public const double Deviation = 0.1;

    /// <summary>The largest |z| of the nearly linear part of tanh: tanh(t)/t = 0.9.</summary>
    public const double Tanh = 0.58381057;

    /// <summary>The largest |z| of the nearly linear part of the sigmoid.</summary>
    public const double Sigmoid = 2 * Tanh;

    /// <summary>The fraction of inputs whose magnitude is below a bound.</summary>
    public static double Fraction(ReadOnlySpan<float> inputs, double bound)
    {
        int inside = 0;
        foreach (float input in inputs)
        {
            inside += Math.Abs(input) < bound ? 1 : 0;
        }

        return (double)inside / inputs.Length;
    }
}
