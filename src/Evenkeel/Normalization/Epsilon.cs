namespace Evenkeel.Normalization;

/// <summary>The check of ε that all normalizers share.</summary>
internal static class Epsilon
{
    /// <summary>Returns ε, or throws where it is not above 0 and finite.</summary>
    public static double Check(double epsilon, string name = "options") => epsilon > 0 && double.IsFinite(epsilon)
        ? epsilon
        : throw new ArgumentOutOfRangeException(name, epsilon, "Epsilon must be above 0 and finite.");
}
