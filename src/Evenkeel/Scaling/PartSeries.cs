using System.Globalization;

namespace Evenkeel.Scaling;

/// <summary>Finds gaps in names that differ in one number: <c>part-01.csv</c>, <c>part-02.csv</c>, <c>part-04.csv</c>.</summary>
internal static class PartSeries
{
    /// <summary>More digits than a count of parts has are something else.</summary>
    private const int MostDigits = 18;

    /// <summary>Returns the names that the series lacks between its first and last; empty if the names are no series.</summary>
    /// <remarks>Names that lack more than half as many as there are, such as dates, are no series.</remarks>
    public static IReadOnlyList<string> Missing(IReadOnlyList<string> names)
    {
        if (names.Count < 2)
        {
            return [];
        }

        List<Range>[] runs = [.. names.Select(DigitsIn)];
        int varying = -1;
        for (int i = 1; i < names.Count; i++)
        {
            if (runs[i].Count != runs[0].Count)
            {
                return [];
            }

            for (int run = 0; run <= runs[0].Count; run++)
            {
                if (!Before(names[i], runs[i], run).SequenceEqual(Before(names[0], runs[0], run)))
                {
                    return [];
                }

                if (run < runs[0].Count && run != varying && names[i][runs[i][run]] != names[0][runs[0][run]])
                {
                    if (varying >= 0)
                    {
                        return [];
                    }

                    varying = run;
                }
            }
        }

        if (varying < 0)
        {
            return [];
        }

        string[] texts = [.. names.Select((name, i) => name[runs[i][varying]])];
        if (texts.Any(text => text.Length > MostDigits))
        {
            return [];
        }

        var numbers = new SortedSet<long>(texts.Select(text => long.Parse(text, CultureInfo.InvariantCulture)));
        long lacking = numbers.Max - numbers.Min + 1 - numbers.Count;
        if (numbers.Count < names.Count || lacking > names.Count / 2)
        {
            return [];
        }

        Range at = runs[0][varying];
        string before = names[0][..at.Start], behind = names[0][at.End..];
        int width = texts.Max(text => text.StartsWith('0') ? text.Length : 1);
        var missing = new List<string>();
        for (long number = numbers.Min; number < numbers.Max; number++)
        {
            if (!numbers.Contains(number))
            {
                missing.Add(before + number.ToString($"D{width}", CultureInfo.InvariantCulture) + behind);
            }
        }

        return missing;
    }

    private static List<Range> DigitsIn(string name)
    {
        var runs = new List<Range>();
        for (int i = 0; i < name.Length; i++)
        {
            int start = i;
            while (i < name.Length && char.IsAsciiDigit(name[i]))
            {
                i++;
            }

            if (i > start)
            {
                runs.Add(start..i);
            }
        }

        return runs;
    }

    /// <summary>The text between the run of digits before and this one; behind the last run if there is none.</summary>
    private static ReadOnlySpan<char> Before(string name, List<Range> runs, int run)
    {
        int start = run == 0 ? 0 : runs[run - 1].End.Value;
        return name.AsSpan(start, (run < runs.Count ? runs[run].Start.Value : name.Length) - start);
    }
}
