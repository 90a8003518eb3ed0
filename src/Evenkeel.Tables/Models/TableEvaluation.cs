using Evenkeel.Metrics;
using static System.FormattableString;

namespace Evenkeel.Tables;

/// <summary>How well a model predicts the labels of a table.</summary>
public sealed class TableEvaluation
{
    private readonly RegressionMetrics? _regression;
    private readonly ClassificationMetrics? _classification;

    internal TableEvaluation(ClassificationMetrics classification) => _classification = classification;

    internal TableEvaluation(RegressionMetrics regression) => _regression = regression;

    /// <summary>What the model predicts.</summary>
    public TableTask Task => _classification is null ? TableTask.Regression : TableTask.Classification;

    /// <summary>The number of rows.</summary>
    public long Rows => _classification?.Confusion.Count ?? _regression!.Count;

    /// <summary>The measures of a classification: accuracy, confusion matrix, log loss, ROC AUC, calibration.</summary>
    /// <exception cref="InvalidOperationException">The model predicts numbers.</exception>
    public ClassificationMetrics Classification =>
        _classification ?? throw new InvalidOperationException("The model predicts numbers, not classes: see Regression.");

    /// <summary>The measures of a regression: R², RMSE, MAE.</summary>
    /// <exception cref="InvalidOperationException">The model predicts classes.</exception>
    public RegressionMetrics Regression =>
        _regression ?? throw new InvalidOperationException("The model predicts classes, not numbers: see Classification.");

    /// <summary>The accuracy of a classification, or R² of a regression.</summary>
    public double Score => _classification?.Confusion.Accuracy ?? _regression!.RSquared;

    /// <summary>The main measures in one line, such as <c>36 rows: accuracy 0.9722, log loss 0.07139</c>.</summary>
    public override string ToString() => _classification is { } classes
        ? Invariant($"{Rows} rows: accuracy {Score:G4}, log loss {classes.LogLoss:G4}")
        : Invariant($"{Rows} rows: R² {Score:G4}, RMSE {Regression.RootMeanSquaredError:G4}, MAE {Regression.MeanAbsoluteError:G4}");
}
