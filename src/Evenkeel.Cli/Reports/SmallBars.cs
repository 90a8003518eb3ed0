using System.Globalization;
using System.Text;
using Evenkeel.Studies.Reports;
using Evenkeel.Tables.Profiles;

namespace Evenkeel.Cli.Reports;

/// <summary>A small picture of counts, as bars in SVG without axes.</summary>
internal static class SmallBars
{
    private const int Width = 96, Height = 22;
    private const int MostBars = 32;

    /// <summary>A histogram; empty if there are no numbers.</summary>
    /// <param name="histogram">The histogram.</param>
    /// <param name="isPrepared">Whether the numbers are prepared, which their colour shows.</param>
    public static string Of(DyadicHistogram histogram, bool isPrepared) =>
        histogram.Counts.Length == 0
            ? ""
            : Of(
                histogram.Counts,
                isPrepared,
                $"Histogram from {ReportText.Number(histogram.Low)} to "
                + ReportText.Number(histogram.Low + histogram.Counts.Length * histogram.Width));

    /// <summary>Counts side by side; the first 32.</summary>
    /// <param name="counts">The counts.</param>
    /// <param name="isPrepared">Whether they are of prepared values, which their colour shows.</param>
    /// <param name="label">What the picture shows, for those who do not see it.</param>
    public static string Of(ReadOnlySpan<long> counts, bool isPrepared, string label)
    {
        counts = counts[..Math.Min(counts.Length, MostBars)];
        long largest = 1;
        foreach (long count in counts)
        {
            largest = Math.Max(largest, count);
        }

        double width = Math.Min((double)Width / counts.Length, 12);
        double gap = width > 4 ? 1 : 0;
        var path = new StringBuilder();
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                double height = Math.Max(1, (double)Height * counts[i] / largest);
                path.Append(CultureInfo.InvariantCulture, $"M{i * width:0.##} {Height}v{-height:0.##}h{width - gap:0.##}V{Height}z");
            }
        }

        return $"<svg class=\"bars{(isPrepared ? " prepared" : "")}\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" "
            + $"aria-label=\"{Html.Text(label)}\"><path d=\"{path}\"/></svg>";
    }
}
