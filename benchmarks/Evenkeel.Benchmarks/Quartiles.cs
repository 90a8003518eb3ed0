using System.Globalization;

namespace Evenkeel.Benchmarks;

/// <summary>The middle of some values, and how far the middle half of them reaches.</summary>
internal sealed class Quartiles
{
    private readonly double[] _sorted;

    public Quartiles(IEnumerable<double> values) => _sorted = [.. values.Order()];

    public double Low => _sorted[_sorted.Length / 4];

    public double Median => _sorted[_sorted.Length / 2];

    public double High => _sorted[_sorted.Length * 3 / 4];

    /// <summary>The median, and in brackets the quartiles.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Median:F2} ({Low:F2}–{High:F2})");
}
