namespace Evenkeel.Architecture.Tests.Support;

/// <summary>The difference of two texts, line by line.</summary>
internal static class LineDifference
{
    /// <summary>The removed lines (<c>-</c>) and the added ones (<c>+</c>), each group under the lines that enclose it.</summary>
    /// <param name="before">The lines of one text; what encloses a line is the nearest line above with a smaller indentation.</param>
    /// <param name="after">The lines of the other.</param>
    public static IEnumerable<string> Between(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        // common[i, j]: the most lines that before[i..] and after[j..] have in common, in order.
        int[,] common = new int[before.Count + 1, after.Count + 1];
        for (int i = before.Count - 1; i >= 0; i--)
        {
            for (int j = after.Count - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        string context = "";
        for (int i = 0, j = 0; i < before.Count || j < after.Count;)
        {
            if (i < before.Count && j < after.Count && before[i] == after[j])
            {
                i++;
                j++;
                continue;
            }

            bool removed = j == after.Count || (i < before.Count && common[i + 1, j] >= common[i, j + 1]);
            (IReadOnlyList<string> lines, int line) = removed ? (before, i++) : (after, j++);
            string enclosing = Enclosing(lines, line);
            if (enclosing != context)
            {
                yield return context = enclosing;
            }

            yield return (removed ? "-" : "+") + lines[line];
        }
    }

    private static string Enclosing(IReadOnlyList<string> lines, int line)
    {
        int indentation = Indentation(lines[line]);
        while (--line >= 0 && (Indentation(lines[line]) >= indentation || lines[line].Trim() == "{"))
        {
        }

        return line < 0 ? "" : " " + lines[line];
    }

    private static int Indentation(string line) => line.Length - line.TrimStart().Length;
}
