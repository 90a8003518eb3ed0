namespace Evenkeel.Cli.Shell;

/// <summary>Finds the name that was meant by one that does not exist.</summary>
internal static class Suggestion
{
    /// <summary>The shortest beginning that stands for a name.</summary>
    private const int ShortestBeginning = 3;

    /// <summary>A sentence that suggests a name, with a space before it; empty if none is close.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="names">The names that exist.</param>
    public static string For(string typed, IEnumerable<string> names)
    {
        // Up to an error in three letters.
        (string Name, int Errors)[] close =
        [
            .. names.Select(name => (name, Errors(typed, name)))
                .Where(pair => pair.Item2 <= Math.Max(1, Math.Min(typed.Length, pair.name.Length) / 3)
                    || (typed.Length >= ShortestBeginning && pair.name.StartsWith(typed, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(pair => pair.Item2),
        ];
        return close.Length == 0 ? "" : $" Did you mean '{close[0].Name}'?";
    }

    /// <summary>The letters that were left out, added, mistaken for another, or exchanged with the next one.</summary>
    /// <remarks>The optimal string alignment distance; upper and lower case are the same.</remarks>
    private static int Errors(string typed, string name)
    {
        var errors = new int[typed.Length + 1, name.Length + 1];
        for (int i = 0; i <= typed.Length; i++)
        {
            for (int j = 0; j <= name.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    errors[i, j] = i + j;
                    continue;
                }

                int least = Math.Min(errors[i - 1, j], errors[i, j - 1]) + 1;
                least = Math.Min(least, errors[i - 1, j - 1] + (Same(i - 1, j - 1) ? 0 : 1));
                bool exchanged = i > 1 && j > 1 && Same(i - 1, j - 2) && Same(i - 2, j - 1);
                errors[i, j] = exchanged ? Math.Min(least, errors[i - 2, j - 2] + 1) : least;
            }
        }

        return errors[typed.Length, name.Length];

        bool Same(int i, int j) => char.ToLowerInvariant(typed[i]) == char.ToLowerInvariant(name[j]);
    }
}
