using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Formats numbers of bytes.</summary>
internal static class ByteCount
{
    /// <summary>A number of bytes in B, kB, MB or GB.</summary>
    public static string Describe(double bytes) => bytes switch
    {
        < 999.5 => Invariant($"{bytes:F0} B"),
        < 999.5e3 => Invariant($"{bytes / 1e3:F0} kB"),
        < 999.5e6 => Invariant($"{bytes / 1e6:F0} MB"),
        _ => Invariant($"{bytes / 1e9:F2} GB"),
    };
}
