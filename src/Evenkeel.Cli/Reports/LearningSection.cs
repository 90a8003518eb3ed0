using System.Text.Json.Nodes;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Results;
using Evenkeel.Tables;
using Evenkeel.Training;

namespace Evenkeel.Cli.Reports;

/// <summary>The learning curves: training and validation loss by epoch, and the epoch whose weights the model has.</summary>
internal static class LearningSection
{
    private const int Height = 240;
    private const string TrainingLoss = "training rows", ValidationLoss = "rows held out", ValidationAccuracy = "accuracy on rows held out";

    /// <summary>Returns the section.</summary>
    public static string Of(TableReport report, ChartCollection charts)
    {
        TableTrainingResult result = report.Result;
        int epochs = result.History.Count, best = BestEpoch(result);
        bool isHeldOut = result.Validation is not null;
        string ended = !isHeldOut || epochs == report.Options.Epochs
            ? $"Training ran for all {ReportText.Count(epochs, "epoch")}."
            : $"Training stopped after {ReportText.Count(epochs, "epoch")}, since the validation loss had not fallen for "
                + $"{ReportText.Count(report.Options.Patience)}.";
        string kept = isHeldOut ? $" The model has the weights of epoch {best}, which had the lowest validation loss." : "";
        string text = $"""
            <h2>How it learned</h2>
            <p>{ended}{kept} An epoch is one pass over the {ReportText.Count(result.TrainingRows, "training row")}.</p>
            """;
        if (epochs < 2)
        {
            return text;
        }

        string loss = charts.Add("loss", Spec(
            isHeldOut ? [TrainingLoss, ValidationLoss] : [TrainingLoss], "loss", "~g", isHeldOut ? (best, $"epoch {best}") : null, result));
        bool hasAccuracy = result.History.Any(epoch => epoch.Validation?.Accuracy is not null);
        string accuracy = hasAccuracy
            ? $"""
                <div><p class="title">Accuracy <span>on the rows held out</span></p>
                {charts.Add("accuracy", Spec([ValidationAccuracy], "accuracy", "~%", (best, $"epoch {best}"), result))}</div>
                """
            : "";
        return $"""
            {text}
            <figure aria-label="Learning curves">
            <div class="panels">
            <div><p class="title">Loss <span>{(report.Model.Task == TableTask.Classification
                ? "cross-entropy" : "squared error of the standardized label")}</span></p>
            {loss}</div>
            {accuracy}
            </div>
            <figcaption>{Caption(isHeldOut)}</figcaption>
            </figure>
            """;
    }

    /// <summary>The epochs as the run that the charts show.</summary>
    public static JsonObject Runs(TableTrainingResult result) => new()
    {
        ["runs"] = new JsonArray(new JsonObject
        {
            ["conditions"] = new JsonObject(),
            ["seed"] = 0,
            ["points"] = new JsonArray(
            [
                .. Points(result).Where(point => point.Value is not null).Select(point => new JsonObject
                {
                    ["quantity"] = point.Quantity, ["x"] = point.X, ["value"] = point.Value,
                }),
            ]),
        }),
    };

    /// <summary>The epoch whose weights the model has: that of the lowest validation loss, or the last.</summary>
    public static int BestEpoch(TableTrainingResult result) => result.Validation is null
        ? result.History[^1].Number
        : result.History.Where(epoch => epoch.Validation is not null).MinBy(epoch => epoch.Validation!.Loss)!.Number;

    private static string Caption(bool isHeldOut) => isHeldOut
        ? "A validation loss that rises while the training loss falls means that the network learns the training rows by heart. Dropout "
            + "and weights that still change make the training loss the higher one at first."
        : "No rows were held out, so nothing shows whether the network learns the training rows by heart; <code>--validate</code> holds "
            + "some out.";

    private static IEnumerable<Measurement> Points(TableTrainingResult result)
    {
        foreach (EpochResult epoch in result.History)
        {
            yield return new Measurement(TrainingLoss, epoch.Number, Finite(epoch.Loss));
            yield return new Measurement(ValidationLoss, epoch.Number, Finite(epoch.Validation?.Loss));
            yield return new Measurement(ValidationAccuracy, epoch.Number, Finite(epoch.Validation?.Accuracy));
        }
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static JsonNode Spec(
        string[] quantities, string title, string format, (double X, string Text)? best, TableTrainingResult result)
    {
        var run = new MeasuredRun(new Dictionary<string, string>(), 0, [.. Points(result)]);
        JsonNode spec = new Chart(quantities)
        {
            XTitle = "epoch",
            YTitle = title,
            YFormat = format,
            Series = Chart.Quantity,
            XRule = best,
            Height = Height,
        }.Spec(new Measurements([run]));
        JsonArray layers = spec["layer"]!.AsArray();
        JsonNode curves = layers[^1]!;
        curves["encoding"]!["x"]!["axis"]!["tickMinStep"] = 1;
        curves["encoding"]!["color"]!["scale"]!["range"] =
            new JsonArray([.. quantities.Select(quantity => JsonValue.Create(quantity == TrainingLoss ? "var(--none)" : "var(--batch)"))]);
        foreach (JsonNode? curve in curves["layer"]!.AsArray())
        {
            curve!["encoding"]!["strokeDash"]!["scale"]!["range"] =
                new JsonArray([.. quantities.Select(quantity => JsonNode.Parse(quantity == TrainingLoss ? "[5, 3]" : "[1, 0]"))]);
        }

        if (best is not null)
        {
            // Where there are no curves as a rule: losses fall, accuracies rise.
            int y = quantities[0] == ValidationAccuracy ? Height - 10 : 8;
            layers[0]!["layer"]![1]!["encoding"]!["y"] = new JsonObject { ["value"] = y };
        }

        return spec;
    }
}
