using System.Globalization;

namespace Evenkeel.Normalization;

/// <summary>The values of ε that normalizers take.</summary>
internal static class EpsilonRange
{
    // Of a constant set, 1/√ε is what the zeros are multiplied by, in single precision: it must not be infinite there.
    private const double Least = 1e-76, LeastOutside = 1e-38;

    /// <summary>Returns ε, or throws where it is not at least 10⁻⁷⁶ and finite; 10⁻³⁸ where it stands outside the root.</summary>
    public static double Check(double epsilon, bool outside = false, string name = "options")
    {
        double least = outside ? LeastOutside : Least;
        return epsilon >= least && double.IsFinite(epsilon)
            ? epsilon
            : throw new ArgumentOutOfRangeException(
                name, epsilon, string.Create(CultureInfo.InvariantCulture, $"Epsilon must be at least {least} and finite."));
    }
}
