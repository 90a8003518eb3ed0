namespace Evenkeel.Tests.Support;

/// <summary>Central differences.</summary>
internal static class FiniteDifferences
{
    private const double Step = 1e-5;

    /// <summary>The gradient of a function of <paramref name="at"/>, which is moved and put back.</summary>
    public static double[] Gradient(double[] at, Func<double> function)
    {
        var gradient = new double[at.Length];
        for (int i = 0; i < at.Length; i++)
        {
            double value = at[i];
            at[i] = value + Step;
            double above = function();
            at[i] = value - Step;
            double below = function();
            at[i] = value;
            gradient[i] = (above - below) / (2 * Step);
        }

        return gradient;
    }
}
