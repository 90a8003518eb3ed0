using System.Globalization;

namespace Evenkeel.Cli.Rendering;

/// <summary>Lengths of time, for people.</summary>
internal static class Duration
{
    /// <summary>A length of time in the unit that suits it.</summary>
    public static string Describe(TimeSpan time) => time switch
    {
        { TotalSeconds: < 100 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F0} s"),
        { TotalMinutes: < 100 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:F0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:F0} h"),
    };
}
