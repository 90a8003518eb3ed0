using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Studies;
using Spectre.Console;

namespace Evenkeel.Cli.Rendering;

/// <summary>The outcome of a study, for people and for programs.</summary>
internal static class StudyRendering
{
    public static void WriteTable(Terminal terminal, Study study, StudyOutcome outcome, IReadOnlyList<string> files)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (StudyColumn column in outcome.Table.Columns)
        {
            _ = table.AddColumn(new TableColumn(Markup.Escape(column.Name)) { Alignment = column.IsWords ? Justify.Left : Justify.Right });
        }

        foreach (IReadOnlyList<StudyCell> row in outcome.Table.Rows)
        {
            _ = table.AddRow(row.Select(cell => new Text(cell.Text, cell.IsGood ? Color.Green : Style.Plain)));
        }

        // Texts go past the console, which would break them into lines of its own width.
        TextWriter output = terminal.Output;
        output.WriteLine(outcome.Table.Caption);
        terminal.Console.Write(table);
        output.WriteLine($"The claim: {study.Claim}");
        output.WriteLine($"Verdict: {outcome.Verdict.Words}. {outcome.Verdict.Reason}");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{outcome.Runs} of {outcome.Planned} {study.RunsName} in {outcome.ElapsedSeconds:F1} s. Written:"));
        foreach (string file in files)
        {
            output.WriteLine("  " + Shown(file));
        }
    }

    public static void WriteJson(TextWriter output, Study study, StudyOutcome outcome, IReadOnlyList<string> files)
    {
        var json = new JsonObject
        {
            ["study"] = study.Name,
            ["data"] = outcome.Settings.Data,
            ["seeds"] = outcome.Settings.Seeds,
            ["completed"] = outcome.Completed,
            ["seconds"] = Math.Round(outcome.ElapsedSeconds, 3),
            ["verdict"] = outcome.Verdict.Words,
        };
        foreach ((string name, JsonNode? value) in outcome.Summary)
        {
            json[name] = value?.DeepClone();
        }

        json["files"] = new JsonArray([.. files.Select(file => JsonValue.Create(file))]);
        output.WriteLine(json.ToJsonString(JsonSerializerOptions.Default));
    }

    /// <summary>A file as it is shortest to name: from the current folder if it lies below, in full otherwise.</summary>
    public static string Shown(string file)
    {
        string relative = Path.GetRelativePath(".", file);
        return OneLine.Of(relative.StartsWith("..", StringComparison.Ordinal) ? file : relative);
    }
}
