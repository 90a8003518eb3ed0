namespace Evenkeel.Cli.Rendering;

/// <summary>Formats rows of cells as lines with aligned columns, which fit a terminal.</summary>
/// <remarks>
/// Headings are broken at spaces first. Columns for which there is still no space follow in a further table below, with the
/// <see cref="Keys"/> again; a cell is broken, at spaces, only where it does not fit even beside these. Words are never broken.
/// </remarks>
/// <param name="rows">The rows, of equal numbers of cells; the first is the header.</param>
/// <param name="words">The columns of words, which are aligned on the left; numbers are aligned on the right.</param>
internal sealed class TextTable(IReadOnlyList<string[]> rows, params int[] words)
{
    private const int Gap = 2;

    /// <summary>The number of columns on the left that name a row.</summary>
    public int Keys { get; init; } = 1;

    /// <summary>The text before each line.</summary>
    public string Indent { get; init; } = "";

    /// <summary>The character of the line below the header; null for no line.</summary>
    public char? Rule { get; init; }

    /// <summary>Colours the text of a cell, which is given by its row and column; null for none.</summary>
    public Func<int, int, string, string>? Paint { get; init; }

    /// <summary>Writes the table.</summary>
    /// <param name="output">The writer.</param>
    /// <param name="width">The number of columns of the terminal; null to write each row on one line.</param>
    public void Write(TextWriter output, int? width)
    {
        int room = width is { } columns ? columns - Indent.Length : int.MaxValue;
        bool fits = Length(Enumerable.Range(0, rows[0].Length).Select(Natural)) <= room;
        int[][] parts = fits ? [[.. Enumerable.Range(0, rows[0].Length)]] : [.. Divide(room)];
        foreach ((int number, int[] part) in parts.Index())
        {
            if (number > 0)
            {
                output.WriteLine();
            }

            Write(output, part, Widths(part, room));
        }
    }

    private void Write(TextWriter output, int[] part, int[] widths)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            string[][] cells = [.. part.Select((column, i) => Lines(rows[row][column], widths[i]))];
            for (int line = 0; line < cells.Max(cell => cell.Length); line++)
            {
                IEnumerable<string> padded = part.Select((column, i) =>
                {
                    string text = cells[i].ElementAtOrDefault(line) ?? "", space = new(' ', widths[i] - text.Length);
                    string painted = Paint is null || text.Length == 0 ? text : Paint(row, column, text);
                    return words.Contains(column) ? painted + space : space + painted;
                });
                output.WriteLine((Indent + string.Join(new string(' ', Gap), padded)).TrimEnd());
            }

            if (row == 0 && Rule is { } rule)
            {
                output.WriteLine(Indent + new string(rule, Length(widths)));
            }
        }
    }

    /// <summary>Divides the columns into tables, which all begin with the keys.</summary>
    private IEnumerable<int[]> Divide(int room)
    {
        List<int> part = [.. Enumerable.Range(0, Keys)];
        for (int column = Keys; column < rows[0].Length; column++)
        {
            if (part.Count > Keys && Length(part.Append(column).Select(Unbroken)) > room)
            {
                yield return [.. part];
                part = [.. part.Take(Keys)];
            }

            part.Add(column);
        }

        yield return [.. part];
    }

    /// <summary>The widths of columns: the natural ones, or less for the widest until all fit, but not less than a word.</summary>
    private int[] Widths(int[] part, int room)
    {
        int[] widths = [.. part.Select(Natural)];
        foreach (Func<int, int> limit in new[] { Unbroken, LongestWord })
        {
            while (Length(widths) > room && Enumerable.Range(0, part.Length).Any(i => widths[i] > limit(part[i])))
            {
                widths[Enumerable.Range(0, part.Length).Where(i => widths[i] > limit(part[i])).MaxBy(i => widths[i])]--;
            }
        }

        return widths;
    }

    /// <summary>The width of a column whose cells are not broken.</summary>
    private int Natural(int column) => rows.Max(row => row[column].Length);

    /// <summary>The width of a column whose heading is broken at each space.</summary>
    private int Unbroken(int column) =>
        Math.Max(Longest(rows[0][column]), rows.Skip(1).Select(row => row[column].Length).DefaultIfEmpty().Max());

    /// <summary>The width of a column whose cells are all broken at each space.</summary>
    private int LongestWord(int column) => rows.Max(row => Longest(row[column]));

    private static int Longest(string text) => text.Split(' ').Max(word => word.Length);

    private static int Length(IEnumerable<int> widths) => widths.Sum(width => width + Gap) - Gap;

    /// <summary>Breaks a text at spaces.</summary>
    private static string[] Lines(string text, int width)
    {
        List<string> lines = [""];
        foreach (string word in text.Length <= width ? [text] : text.Split(' '))
        {
            string longer = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";
            if (longer.Length <= width || lines[^1].Length == 0)
            {
                lines[^1] = longer;
            }
            else
            {
                lines.Add(word);
            }
        }

        return [.. lines];
    }
}
