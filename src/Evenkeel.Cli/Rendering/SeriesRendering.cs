using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Studies;
using Evenkeel.Studies.AllStudies;

namespace Evenkeel.Cli.Rendering;

/// <summary>Prints the results of a series of studies, as a table or JSON.</summary>
internal static class SeriesRendering
{
    public static void WriteTable(Terminal terminal, IReadOnlyList<Study> studies, SeriesIndex index, IReadOnlyList<string> files)
    {
        var table = new StudyTable(
            "",
            [new("study", IsWords: true), new("verdict", IsWords: true), new("seconds")],
            [
                .. studies.Select(study =>
                {
                    SeriesEntry? entry = index.Of(study);
                    string seconds = entry?.Verdict is null ? "" : entry.Seconds.ToString("N1", CultureInfo.InvariantCulture);
                    return new StudyCell[]
                    {
                        new(study.Name),
                        new(index.Words(study), IsGood: entry is { Completed: true, Finding: Finding.Holds }),
                        new(seconds),
                    };
                }),
            ]);
        TextWriter output = terminal.Output;
        StudyRendering.Table(terminal, table).Write(output, terminal.WidthOf(output));
        output.WriteLine();
        output.WriteLine($"{ScaleRendering.Counted(studies.Count, "study", "studies")}: {index.Tally(studies)}. Written:");
        foreach (string file in files)
        {
            output.WriteLine("  " + StudyRendering.Shown(file));
        }
    }

    public static void WriteJson(TextWriter output, IReadOnlyList<Study> studies, SeriesIndex index, IReadOnlyList<string> files)
    {
        var json = new JsonObject
        {
            ["study"] = "all",
            ["data"] = index.Data,
            ["seeds"] = index.Seeds,
            ["completed"] = studies.All(study => index.Of(study) is { Completed: true }),
            ["studies"] = new JsonArray([.. studies.Select(study => Described(study, index))]),
            ["files"] = new JsonArray([.. files.Select(file => JsonValue.Create(file))]),
        };
        output.WriteLine(json.ToJsonString(JsonSerializerOptions.Default));
    }

    private static JsonObject Described(Study study, SeriesIndex index)
    {
        SeriesEntry? entry = index.Of(study);
        return new JsonObject
        {
            ["study"] = study.Name,
            ["completed"] = entry is { Completed: true },
            ["seconds"] = Math.Round(entry?.Seconds ?? 0, 3),
            ["verdict"] = index.Words(study),
            ["reason"] = entry?.Reason ?? "",
        };
    }
}
