namespace Evenkeel.Tests.Reference;

/// <summary>The standard normal distribution in double precision.</summary>
internal static class NormalReference
{
    /// <summary>φ(x).</summary>
    public static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>Φ(x).</summary>
    public static double Distribution(double x) => x < 0 ? Tail(-x) : 1 - Tail(x);

    private static double Tail(double t)
    {
        if (t < 2)
        {
            // ½ − φ(t)·(t + t³/3 + t⁵/(3·5) + …)
            double term = t, sum = 0;
            for (int k = 1; k < 60; k++)
            {
                sum += term;
                term *= t * t / (2 * k + 1);
            }

            return 0.5 - Density(t) * sum;
        }

        // φ(t)/(t + 1/(t + 2/(t + 3/…)))
        double fraction = t;
        for (int k = 300; k >= 1; k--)
        {
            fraction = t + k / fraction;
        }

        return Density(t) / fraction;
    }
}
