using System.Globalization;

namespace Evenkeel.Cli.Rendering;

/// <summary>Numbers of bytes, for people.</summary>
internal static class ByteCount
{
    /// <summary>A number of bytes in the unit that suits it.</summary>
    public static string Describe(double bytes) => bytes switch
    {
        < 999.5 => string.Create(CultureInfo.InvariantCulture, $"{bytes:F0} B"),
        < 999.5e3 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F0} kB"),
        < 999.5e6 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F2} GB"),
    };
}
