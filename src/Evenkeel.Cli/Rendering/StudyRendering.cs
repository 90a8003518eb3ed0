using System.Text.Json;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Studies;
using Spectre.Console;
using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Prints the outcome of a study, as a table or JSON.</summary>
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

        // Written directly: the console would wrap text at its own width.
        TextWriter output = terminal.Output;
        output.WriteLine(outcome.Table.Caption);
        terminal.Console.Write(table);
        output.WriteLine($"The claim: {study.Claim}");
        output.WriteLine($"Verdict: {outcome.Verdict.Words}. {outcome.Verdict.Reason}");
        output.WriteLine(Invariant($"{outcome.Runs} of {outcome.Planned} {study.RunsName} in {outcome.ElapsedSeconds:F1} s. Written:"));
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

    /// <summary>The path of a file: relative if the file is below the current folder, absolute otherwise.</summary>
    public static string Shown(string file)
    {
        string relative = Path.GetRelativePath(".", file);
        return OneLine.Of(relative.StartsWith("..", StringComparison.Ordinal) ? file : relative);
    }
}
