using System.Globalization;
using System.Text;
using Evenkeel.Metrics;

namespace Evenkeel.Cli.Reports;

/// <summary>A confusion matrix as a table whose cells are coloured by their fraction of the actual class.</summary>
internal static class ConfusionPicture
{
    private const int MostClasses = 12;

    /// <summary>Returns the table as HTML; of more than twelve classes, all but the eleven most frequent are one.</summary>
    /// <param name="confusion">The counts.</param>
    /// <param name="classes">The names of the classes.</param>
    public static string Of(ConfusionMatrix confusion, IReadOnlyList<string> classes)
    {
        int[] frequent = classes.Count <= MostClasses
            ? [.. Enumerable.Range(0, classes.Count)]
            :
            [
                .. Enumerable.Range(0, classes.Count).OrderByDescending(k => confusion.Scores(k).Support).ThenBy(k => k)
                    .Take(MostClasses - 1).Order(),
            ];
        int shown = frequent.Length + (frequent.Length < classes.Count ? 1 : 0);
        int[] group = new int[classes.Count];
        Array.Fill(group, shown - 1);
        for (int i = 0; i < frequent.Length; i++)
        {
            group[frequent[i]] = i;
        }

        long[,] counts = new long[shown, shown];
        for (int actual = 0; actual < classes.Count; actual++)
        {
            for (int predicted = 0; predicted < classes.Count; predicted++)
            {
                counts[group[actual], group[predicted]] += confusion[actual, predicted];
            }
        }

        string[] names =
        [
            .. frequent.Select(k => ReportText.Name(classes[k])),
            .. shown > frequent.Length ? [$"<em>{ReportText.Count(classes.Count - frequent.Length)} others</em>"] : Array.Empty<string>(),
        ];
        var html = new StringBuilder();
        html.Append("<div class=\"wide\" role=\"region\" aria-label=\"Confusion matrix\" tabindex=\"0\"><table class=\"matrix\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<thead><tr><td></td><th scope=\"colgroup\" colspan=\"{shown}\">predicted</th></tr>\n");
        html.Append("<tr><th scope=\"col\">actual</th>");
        Array.ForEach(names, name => html.Append("<th scope=\"col\">").Append(name).Append("</th>"));
        html.Append("</tr></thead>\n<tbody>\n");
        for (int actual = 0; actual < shown; actual++)
        {
            html.Append("<tr><th scope=\"row\">").Append(names[actual]).Append("</th>");
            double sum = Math.Max(1, Enumerable.Range(0, shown).Sum(predicted => counts[actual, predicted]));
            for (int predicted = 0; predicted < shown; predicted++)
            {
                long count = counts[actual, predicted];
                string style = count == 0 ? "none" : actual == predicted ? "right" : "wrong";
                html.Append(
                    CultureInfo.InvariantCulture, $"<td class=\"{style}\" style=\"--part: {count / sum:0.###}\">{count:N0}</td>");
            }

            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>").ToString();
    }

    /// <summary>A sentence about classes that are merged; empty if there are none.</summary>
    public static string Limit(int classes) => classes <= MostClasses ? "" :
        $"The {MostClasses - 1} most frequent of {ReportText.Count(classes)} classes are shown; rows of the others count together, "
        + "and errors among those are not seen.";
}
