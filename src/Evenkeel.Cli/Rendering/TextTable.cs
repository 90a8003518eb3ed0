namespace Evenkeel.Cli.Rendering;

/// <summary>Formats rows of cells as lines with aligned columns.</summary>
internal static class TextTable
{
    /// <summary>Writes a line per row.</summary>
    /// <param name="output">The writer.</param>
    /// <param name="rows">The rows, of equal numbers of cells; the first is the header.</param>
    /// <param name="words">The columns of words, which are aligned on the left; numbers are aligned on the right.</param>
    public static void Write(TextWriter output, IReadOnlyList<string[]> rows, params int[] words)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) =>
                words.Contains(column) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }
    }
}
