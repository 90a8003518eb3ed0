using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Evenkeel.Studies;
using Spectre.Console;

namespace Evenkeel.Cli.Rendering;

/// <summary>The results of the sweep of initial scales, for people and for programs.</summary>
internal static class InitScaleRendering
{
    public static void WriteTable(IAnsiConsole console, InitScaleResults results, IReadOnlyList<string> files)
    {
        var summary = new InitScaleSummary(results);
        var table = new Table { Border = TableBorder.Simple }
            .AddColumn(new TableColumn("initial scale").RightAligned())
            .AddColumn(new TableColumn("with batch normalization").RightAligned())
            .AddColumn(new TableColumn("without").RightAligned());
        foreach (InitScaleSummaryRow row in summary.Rows)
        {
            _ = table.AddRow(
                new Markup(row.Scale.ToString("F5", CultureInfo.InvariantCulture)),
                Describe(row.Batch, InitScaleSummary.BatchThreshold, "green"),
                Describe(row.None, InitScaleSummary.NoneThreshold, "yellow"));
        }

        int seeds = results.Settings.Seeds;
        console.WriteLine();
        console.WriteLine(
            FormattableString.Invariant($"Train accuracy on {results.Settings.Data} after {results.Settings.Updates} updates")
            + (seeds == 1 ? ":" : FormattableString.Invariant($", mean of {seeds} seeds (lowest to highest):")));
        console.Write(table);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"With batch normalization {summary.LearnedWithBatch} of {summary.Rows.Count} scales reach {InitScaleSummary.BatchThreshold}; "
            + $"without it {summary.LearnedWithNone} reach {InitScaleSummary.NoneThreshold}. "
            + $"{results.Runs.Count} networks in {results.ElapsedSeconds:F1} s."));
        foreach (string file in files)
        {
            console.WriteLine(Path.GetRelativePath(Environment.CurrentDirectory, file));
        }
    }

    public static void WriteJson(TextWriter output, InitScaleResults results, IReadOnlyList<string> files)
    {
        var summary = new InitScaleSummary(results);
        var json = new JsonObject
        {
            ["study"] = InitScaleStudy.Name,
            ["data"] = results.Settings.Data,
            ["seeds"] = results.Settings.Seeds,
            ["completed"] = results.Completed,
            ["seconds"] = Math.Round(results.ElapsedSeconds, 3),
            ["scales"] = new JsonArray(
                [.. summary.Rows.Select(row => new JsonObject
                {
                    ["scale"] = row.Scale,
                    ["batch"] = row.Batch?.Mean,
                    ["none"] = row.None?.Mean,
                })]),
            ["files"] = new JsonArray([.. files.Select(file => JsonValue.Create(file))]),
        };
        output.WriteLine(json.ToJsonString(JsonSerializerOptions.Default));
    }

    private static Markup Describe(FinalAccuracy? accuracy, double threshold, string color)
    {
        if (accuracy is null)
        {
            return new Markup("-");
        }

        string spread = accuracy.Seeds == 1
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" ({accuracy.Lowest:F3} to {accuracy.Highest:F3})");
        string text = accuracy.Mean.ToString("F3", CultureInfo.InvariantCulture) + spread;
        return accuracy.Mean >= threshold ? new Markup($"[{color}]{text}[/]") : new Markup(text);
    }
}
