using System.Text.Json;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Studies;
using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Prints the outcome of a study, as a table or JSON.</summary>
internal static class StudyRendering
{
    public static void WriteTable(Terminal terminal, Study study, StudyOutcome outcome, IReadOnlyList<string> files)
    {
        TextWriter output = terminal.Output;
        output.WriteLine(outcome.Table.Caption);
        output.WriteLine();
        Table(terminal, outcome.Table).Write(output, terminal.WidthOf(output));
        output.WriteLine();
        output.WriteLine($"The claim: {study.Claim}");
        output.WriteLine($"Verdict: {outcome.Verdict.Words}. {outcome.Verdict.Reason}");
        output.WriteLine(Invariant($"{outcome.Runs} of {outcome.Planned} {study.RunsName} in {outcome.ElapsedSeconds:F1} s. Written:"));
        foreach (string file in files)
        {
            output.WriteLine("  " + Shown(file));
        }
    }

    /// <summary>The table of a study on a terminal.</summary>
    internal static TextTable Table(Terminal terminal, StudyTable table)
    {
        IReadOnlyList<StudyColumn> columns = table.Columns;
        return new TextTable(
            [[.. columns.Select(column => column.Name)], .. table.Rows.Select(row => row.Select(cell => cell.Text).ToArray())],
            [.. Enumerable.Range(0, columns.Count).Where(column => columns[column].IsWords)])
        {
            Keys = Math.Max(1, columns.TakeWhile(column => column.IsWords).Count()),
            Indent = "  ",
            Rule = terminal.Line,
            Paint = (row, column, text) => row > 0 && table.Rows[row - 1][column].IsGood ? terminal.Green(text) : text,
        };
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
