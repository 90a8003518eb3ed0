using System.Globalization;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>Numbers of steps as people read them.</summary>
internal static class StepCount
{
    /// <summary>All digits below a million; two and a word above; "never" where there is no number.</summary>
    public static string Words(long? steps) => steps switch
    {
        null => "never",
        <= 1_000_000 => steps.Value.ToString("N0", CultureInfo.InvariantCulture),
        < 1_000_000_000 => In(steps.Value, 1e6, "million"),
        < 1_000_000_000_000 => In(steps.Value, 1e9, "billion"),
        _ => In(steps.Value, 1e12, "trillion"),
    };

    private static string In(long steps, double unit, string name)
    {
        double count = steps / unit;
        double digits = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(count)) - 1));
        return count < 10
            ? Invariant($"{count:0.#} {name}")
            : Invariant($"{Math.Round(count / digits) * digits:N0} {name}");
    }
}
