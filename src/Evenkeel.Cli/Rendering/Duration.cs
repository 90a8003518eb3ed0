using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Formats lengths of time.</summary>
internal static class Duration
{
    /// <summary>A length of time in seconds, minutes or hours.</summary>
    public static string Describe(TimeSpan time) => time switch
    {
        { TotalSeconds: < 100 } => Invariant($"{time.TotalSeconds:F0} s"),
        { TotalMinutes: < 100 } => Invariant($"{time.TotalMinutes:F0} min"),
        _ => Invariant($"{time.TotalHours:F0} h"),
    };
}
