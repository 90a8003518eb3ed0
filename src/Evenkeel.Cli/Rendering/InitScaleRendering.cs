using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Evenkeel.Studies;
using Spectre.Console;

namespace Evenkeel.Cli.Rendering;

/// <summary>The results of the sweep of initial scales, for people and for programs.</summary>
internal static class InitScaleRendering
{
    public static void WriteTable(Terminal terminal, InitScaleResults results, IReadOnlyList<string> files)
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

        // Texts go past the console, which would break them into lines of its own width.
        TextWriter output = terminal.Output;
        InitScaleSettings settings = results.Settings;
        output.WriteLine(
            FormattableString.Invariant($"Train accuracy on {settings.Data} after {settings.Updates} updates")
            + (settings.Seeds == 1 ? "" : FormattableString.Invariant($", mean of {settings.Seeds} seeds (lowest to highest)"))
            + (results.Completed ? ":" : ", as far as networks were finished:"));
        terminal.Console.Write(table);
        output.WriteLine(
            FormattableString.Invariant($"With batch normalization {summary.LearnedWithBatch} of {summary.Rows.Count} scales ")
            + FormattableString.Invariant($"reach {InitScaleSummary.BatchThreshold}; ")
            + FormattableString.Invariant($"without it {summary.LearnedWithNone} reach even {InitScaleSummary.NoneThreshold}."));
        output.WriteLine(FormattableString.Invariant(
            $"{results.Runs.Count} of {settings.Seeds * 2 * settings.Scales.Count} networks trained in {results.ElapsedSeconds:F1} s. Written:"));
        foreach (string file in files)
        {
            output.WriteLine("  " + Shown(file));
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

    /// <summary>A file as it is shortest to name: from the current folder if it lies below, in full otherwise.</summary>
    private static string Shown(string file)
    {
        string relative = Path.GetRelativePath(".", file);
        return OneLine.Of(relative.StartsWith("..", StringComparison.Ordinal) ? file : relative);
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
