using System.Globalization;

namespace Evenkeel.Studies.Results;

/// <summary>A number over the seeds.</summary>
/// <param name="Mean">The mean; NaN where one of them is not finite, or there are none.</param>
/// <param name="Lowest">The lowest.</param>
/// <param name="Highest">The highest.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct SeedSummary(double Mean, double Lowest, double Highest, int Count)
{
    public static SeedSummary Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return all.Length == 0 || all.Any(double.IsNaN)
            ? new SeedSummary(double.NaN, double.NaN, double.NaN, all.Length)
            : new SeedSummary(all.Average(), all.Min(), all.Max(), all.Length);
    }

    /// <summary>The mean, and from where to where, in a number format such as "P1".</summary>
    public string Text(string format) =>
        double.IsNaN(Mean) ? "-"
        : Count == 1 ? Number(Mean, format)
        : $"{Number(Mean, format)} ({Number(Lowest, format)} to {Number(Highest, format)})";

    /// <summary>The mean alone.</summary>
    public string MeanText(string format) => double.IsNaN(Mean) ? "-" : Number(Mean, format);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
