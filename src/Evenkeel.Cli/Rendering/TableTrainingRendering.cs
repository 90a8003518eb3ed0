using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Metrics;
using Evenkeel.Tables;
using Evenkeel.Tables.Preparation;
using Evenkeel.Training;
using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Prints the training of a model on a table: its epochs, measures and confusion matrix.</summary>
/// <param name="terminal">The terminal, for the width of tables.</param>
/// <param name="output">Receives the results.</param>
/// <param name="asJson">Whether they are JSON, a line each.</param>
internal sealed class TableTrainingRendering(Terminal terminal, TextWriter output, bool asJson)
{
    private const int MostClasses = 12;
    private const int LongestName = 16;

    /// <summary>Prints the measures of a cross-validation.</summary>
    public void WriteFolds(TableTrainingOptions options, IReadOnlyList<TableEvaluation> folds)
    {
        if (asJson)
        {
            output.WriteLine(new JsonObject
            {
                ["folds"] = new JsonArray([.. folds.Select(fold => ToJson(fold))]),
            }.ToJsonString());
            return;
        }

        double[] scores = [.. folds.Select(fold => fold.Score)];
        double mean = scores.Average();
        double deviation = Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / (scores.Length - 1));
        output.WriteLine(
            Invariant($"cross-validation of {options.Label}, {folds.Count} folds: {ScoreOf(folds[0].Task)} {mean:F4} ± {deviation:F4}"));
        Write([.. folds.Select((fold, number) => (Invariant($"fold {number + 1}"), fold))]);
        output.WriteLine();
    }

    /// <summary>Prints an epoch.</summary>
    public void WriteEpoch(EpochResult epoch)
    {
        if (asJson)
        {
            output.WriteLine(new JsonObject
            {
                ["epoch"] = epoch.Number,
                ["loss"] = Finite(epoch.Loss),
                ["validation_loss"] = Finite(epoch.Validation?.Loss),
                ["validation_accuracy"] = epoch.Validation?.Accuracy,
                ["seconds"] = Math.Round(epoch.Elapsed.TotalSeconds, 3),
            }.ToJsonString());
            return;
        }

        string validation = epoch.Validation is not { } held ? ""
            : Invariant($", validation loss {held.Loss:F4}")
                + (held.Accuracy is { } accuracy ? Invariant($", accuracy {accuracy:F4}") : "");
        output.WriteLine(Invariant($"epoch {epoch.Number}: loss {epoch.Loss:F4}{validation}, {epoch.Elapsed.TotalSeconds:F2} s"));
    }

    /// <summary>Prints the result.</summary>
    /// <param name="table">The name of the table.</param>
    /// <param name="result">The result.</param>
    /// <param name="model">The file of the model; null if it was not saved.</param>
    /// <param name="report">The file of the report; null without one.</param>
    public void WriteResult(string table, TableTrainingResult result, string? model, string? report)
    {
        TableModel trained = result.Model;
        if (asJson)
        {
            output.WriteLine(new JsonObject
            {
                ["table"] = table,
                ["rows"] = result.Profile.Rows,
                ["label"] = trained.Label,
                ["task"] = trained.Task == TableTask.Classification ? "classification" : "regression",
                ["classes"] = new JsonArray([.. trained.Classes.Select(name => JsonValue.Create(name))]),
                ["columns"] = new JsonArray([.. trained.Preparation.Columns.Select(column => JsonValue.Create(column.Name))]),
                ["left_out"] = new JsonArray([.. result.LeftOut.Select(column => JsonValue.Create(column.Name))]),
                ["notes"] = new JsonArray([.. Notes(result).Select(note => JsonValue.Create(note))]),
                ["features"] = trained.Preparation.Width,
                ["best_epoch"] = BestEpoch(result),
                ["training"] = ToJson(result.Training),
                ["validation"] = result.Validation is { } validation ? ToJson(validation) : null,
                ["model"] = model,
                ["report"] = report,
            }.ToJsonString());
            return;
        }

        string label = Visible(trained.Label);
        output.WriteLine();
        output.WriteLine(
            $"{label} from {ScaleRendering.Counted(trained.Preparation.Columns.Count, "column")} "
            + $"({ScaleRendering.Counted(trained.Preparation.Width, "feature")}) of {OneLine.Of(table)}, "
            + Invariant($"best epoch {BestEpoch(result)} of {result.History.Count}"));
        if (result.LeftOut.Count > 0)
        {
            output.WriteLine(OneLine.Of(
                $"left out: {string.Join(", ", result.LeftOut.Select(column => column.Description))}"
                + (result.LeftOut.Any(column => column.CanBeUsed) ? "; --columns chooses" : "")));
        }

        foreach (string note in Notes(result))
        {
            output.WriteLine(OneLine.Of(note));
        }

        List<(string, TableEvaluation)> sets = [("training", result.Training)];
        if (result.Validation is { } held)
        {
            sets.Add(("validation", held));
        }

        Write([.. sets]);
        if (trained.Task == TableTask.Classification)
        {
            WriteConfusion(trained, (result.Validation ?? result.Training).Classification.Confusion);
        }

        WriteFiles(model, report);
    }

    /// <summary>What the user may not expect of the training, a sentence each.</summary>
    private static IEnumerable<string> Notes(TableTrainingResult result)
    {
        foreach (CategoryPreparation column in result.Model.Preparation.Columns.OfType<CategoryPreparation>())
        {
            if (column.Counts.Count > column.MaximumCategories)
            {
                yield return Invariant($"'{column.Name}': the {column.MaximumCategories:N0} most frequent of {column.Counts.Count:N0} ")
                    + $"texts are categories, all others one: {CategoryPreparation.OtherName}";
            }
        }

        if (result.NeverHeldOut is { Count: > 0 } classes)
        {
            string more = classes.Count == 1
                ? ""
                : $", as is that of each of {ScaleRendering.Counted(classes.Count - 1, "other class", "other classes")}";
            yield return $"'{classes[0]}' is the label '{result.Model.Label}' of 1 row, which is trained on and not held out{more}";
        }
    }

    private void WriteFiles(string? model, string? report)
    {
        string[] files = [.. new[] { model, report }.OfType<string>()];
        if (files.Length > 0)
        {
            output.WriteLine();
            output.WriteLine("Written:");
            foreach (string file in files)
            {
                output.WriteLine("  " + (file == OutputFile.Dash ? "standard output" : OneLine.Of(file)));
            }
        }
    }

    private void Write((string Name, TableEvaluation Measures)[] sets)
    {
        string[] header = sets[0].Measures.Task == TableTask.Classification
            ? ["rows", "accuracy", "balanced accuracy", "macro F1", "log loss", "ROC AUC"]
            : ["rows", "R²", "RMSE", "MAE"];
        var rows = new List<string[]> { (string[])["", .. header] };
        rows.AddRange(sets.Select(set => (string[])[set.Name, .. Cells(set.Measures)]));
        new TextTable(rows, 0) { Indent = "  " }.Write(output, terminal.WidthOf(output));
    }

    private static string[] Cells(TableEvaluation measures)
    {
        string count = measures.Rows.ToString("N0", CultureInfo.InvariantCulture);
        if (measures.Task == TableTask.Regression)
        {
            RegressionMetrics regression = measures.Regression;
            return
            [
                count, Number(regression.RSquared), General(regression.RootMeanSquaredError), General(regression.MeanAbsoluteError),
            ];
        }

        ClassificationMetrics classification = measures.Classification;
        return
        [
            count,
            Number(classification.Confusion.Accuracy),
            Number(classification.Confusion.BalancedAccuracy),
            Number(classification.Confusion.MacroAverage.F1),
            Number(classification.LogLoss),
            classification.HasAllClasses ? Number(classification.RocArea()) : "–",
        ];
    }

    /// <summary>Prints the confusion matrix, if it has few classes.</summary>
    private void WriteConfusion(TableModel model, ConfusionMatrix confusion)
    {
        output.WriteLine();
        if (model.Classes.Count > MostClasses)
        {
            output.WriteLine(Invariant($"The confusion matrix of {model.Classes.Count} classes is in the report (--report)."));
            return;
        }

        string[] names = [.. model.Classes.Select(name => Visible(name) is var text && text.Length > LongestName
            ? text[..(LongestName - 1)] + "…"
            : text)];
        var rows = new List<string[]> { (string[])["actual \\ predicted", .. names] };
        for (int actual = 0; actual < names.Length; actual++)
        {
            rows.Add(
            [
                names[actual],
                .. Enumerable.Range(0, names.Length)
                    .Select(predicted => confusion[actual, predicted].ToString("N0", CultureInfo.InvariantCulture)),
            ]);
        }

        new TextTable(rows, 0) { Indent = "  " }.Write(output, terminal.WidthOf(output));
    }

    private static JsonObject ToJson(TableEvaluation measures)
    {
        if (measures.Task == TableTask.Regression)
        {
            RegressionMetrics regression = measures.Regression;
            return new JsonObject
            {
                ["rows"] = regression.Count,
                ["r_squared"] = Finite(regression.RSquared),
                ["rmse"] = Finite(regression.RootMeanSquaredError),
                ["mae"] = Finite(regression.MeanAbsoluteError),
            };
        }

        ClassificationMetrics classification = measures.Classification;
        ConfusionMatrix confusion = classification.Confusion;
        return new JsonObject
        {
            ["rows"] = confusion.Count,
            ["accuracy"] = Finite(confusion.Accuracy),
            ["balanced_accuracy"] = Finite(confusion.BalancedAccuracy),
            ["macro_f1"] = Finite(confusion.MacroAverage.F1),
            ["log_loss"] = Finite(classification.LogLoss),
            ["roc_auc"] = classification.HasAllClasses ? Finite(classification.RocArea()) : null,
            ["confusion"] = new JsonArray(
            [
                .. Enumerable.Range(0, confusion.Classes).Select(actual => (JsonNode)new JsonArray(
                    [.. Enumerable.Range(0, confusion.Classes).Select(predicted => JsonValue.Create(confusion[actual, predicted]))])),
            ]),
        };
    }

    /// <summary>The epoch whose weights the model has: that of the lowest validation loss, or the last.</summary>
    private static int BestEpoch(TableTrainingResult result) => result.Validation is null
        ? result.History[^1].Number
        : result.History.Where(epoch => epoch.Validation is not null).MinBy(epoch => epoch.Validation!.Loss)!.Number;

    private static string ScoreOf(TableTask task) => task == TableTask.Classification ? "accuracy" : "R²";

    private static string Visible(string text) => OneLine.Of(text);

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private static string General(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
