using System.Text.RegularExpressions;

namespace Evenkeel.Lab.Studies;

/// <summary>The results of the studies, as docs/studies.md has them.</summary>
internal static partial class StudyResults
{
    /// <summary>All studies, in the order of the page.</summary>
    public static IReadOnlyList<StudyResult> All { get; } = Read();

    private static StudyResult[] Read()
    {
        using var reader = new StreamReader(typeof(StudyResults).Assembly.GetManifestResourceStream("studies.md")!);
        return
        [
            .. reader.ReadToEnd().Split('\n')
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .Select(line => Bar.Split(line).Select(cell => Escape.Replace(cell.Trim(), "$1")).ToArray())
                .Select(cells => new StudyResult(cells[1].Trim('`'), cells[2], cells[3], cells[4], cells[5])),
        ];
    }

    /// <summary>The end of a cell.</summary>
    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar { get; }

    /// <summary>A character that would otherwise be markup.</summary>
    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape { get; }
}
