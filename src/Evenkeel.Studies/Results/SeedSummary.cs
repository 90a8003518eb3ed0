using System.Globalization;

namespace Evenkeel.Studies.Results;

/// <summary>The mean and the range of a number over the seeds.</summary>
/// <param name="Mean">The mean; NaN if there are no numbers or one is not finite.</param>
/// <param name="Lowest">The lowest number.</param>
/// <param name="Highest">The highest number.</param>
/// <param name="Count">The count of numbers.</param>
internal readonly record struct SeedSummary(double Mean, double Lowest, double Highest, int Count)
{
    public static SeedSummary Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return all.Length == 0 || all.Any(double.IsNaN)
            ? new SeedSummary(double.NaN, double.NaN, double.NaN, all.Length)
            : new SeedSummary(all.Average(), all.Min(), all.Max(), all.Length);
    }

    /// <summary>The mean and the range, in a number format such as "P1".</summary>
    public string Text(string format) =>
        double.IsNaN(Mean) ? "-"
        : Count == 1 ? Number(Mean, format)
        : $"{Number(Mean, format)} ({Number(Lowest, format)} to {Number(Highest, format)})";

    /// <summary>The mean alone.</summary>
    public string MeanText(string format) => double.IsNaN(Mean) ? "-" : Number(Mean, format);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
