using System.Text;

namespace Evenkeel.Networks;

/// <summary>The text of summaries: a table of five columns, the fourth aligned to the right.</summary>
internal static class SummaryTable
{
    /// <summary>Writes a table, each line with '\n' at its end.</summary>
    /// <param name="rows">The rows, the headings first.</param>
    public static string Format(IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
        {
            string line = $"{row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadRight(widths[2])}  "
                + $"{row[3].PadLeft(widths[3])}  {row[4]}";
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
