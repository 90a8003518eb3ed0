using System.Globalization;
using Evenkeel.Cli.Shell;
using Evenkeel.Formats;
using Evenkeel.Studies;
using Evenkeel.Studies.Reports;
using Evenkeel.Tables;
using static System.FormattableString;

namespace Evenkeel.Cli.Reports;

/// <summary>The settings, and the command that trains the model again.</summary>
internal static class SettingsSection
{
    private const string PlainCharacters = "_-./:=,@%+";

    /// <summary>Returns the section.</summary>
    public static string Of(TableReport report)
    {
        TableTrainingOptions options = report.Options;
        IEnumerable<(string Name, string Text)> rows =
        [
            ("table", ReportText.Name(report.Table, 120)),
            ("label", $"{ReportText.Name(options.Label, 60)}, as a {(report.Model.Task == TableTask.Classification ? "class" : "number")}"),
            ("rows", $"{ReportText.Count(report.Result.Profile.Rows)}; {ReportText.Count(report.Result.TrainingRows)} to train on, "
                + $"{ReportText.Count(report.Result.Validation?.Rows ?? 0)} held out"),
            ("hidden layers", options.Hidden.Count == 0 ? "none" : string.Join(", ", options.Hidden)),
            ("normalization", report.Inspection.Normalizations is [var first, ..] ? Html.Text(first.Type) : "none"),
            ("parameters", ReportText.Count(report.Model.Network.Parameters.Sum(parameter => (long)parameter.Length))),
            ("dropout", Invariant($"{options.Dropout:G4}")),
            ("epochs", $"at most {ReportText.Count(options.Epochs)}; patience {ReportText.Count(options.Patience)}"),
            ("batch size", ReportText.Count(options.BatchSizeFor(report.Result.TrainingRows), "row")),
            ("optimizer", Invariant($"AdamW, weight decay {options.WeightDecay:G4}")),
            ("learning rate", Invariant($"{options.LearningRate:G4}, falling as a cosine")),
            ("classes", options.BalanceClasses ? "balanced" : ""),
            ("label smoothing", options.LabelSmoothing == 0 ? "" : Invariant($"{options.LabelSmoothing:G4}")),
            ("categories", options.Encoding is { } encoding ? $"{JsonNames.Of(encoding)} encoding" : "one-hot up to 100, embedded beyond"),
            ("seed", options.Seed.ToString(CultureInfo.InvariantCulture)),
            ("versions", $"Evenkeel {Html.Text(EvenkeelVersion.Number)}; charts by <span id=\"libraries\">Vega</span>"),
        ];
        return $"""
            <h2>Settings, and how to reproduce this</h2>
            <table class="settings">
            {string.Join('\n', rows.Where(row => row.Text.Length > 0)
                .Select(row => $"<tr><th scope=\"row\">{row.Name}</th><td>{row.Text}</td></tr>"))}
            </table>
            <p style="margin-top: 20px">To train it again:</p>
            <pre><code>{Html.Text(OneLine.Of(report.CommandLine))}</code></pre>
            <p>The same table and settings give the same model and the same page on every machine and any number of threads, bit for
            bit.</p>
            """;
    }

    /// <summary>A command line for a POSIX shell.</summary>
    /// <param name="arguments">The arguments behind the name of the command.</param>
    public static string CommandLine(IEnumerable<string> arguments) => string.Join(' ', ["evenkeel", .. arguments.Select(Quoted)]);

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || PlainCharacters.Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
