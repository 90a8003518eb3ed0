using Evenkeel.Tables.Importance;

namespace Evenkeel.Tables.Inspection;

/// <summary>What a report tells about a trained model beyond its measures.</summary>
/// <param name="Measured">The measures on the rows held out; without such rows, on the training rows.</param>
/// <param name="IsHeldOut">Whether these rows were held out.</param>
/// <param name="Baseline">What a guess without any column achieves on these rows.</param>
/// <param name="Predictions">Actual and predicted numbers of these rows; null for a classification.</param>
/// <param name="Importances">The importance of each column by permutation, measured on these rows.</param>
/// <param name="Coefficients">The standardized coefficients of a linear model of the training rows.</param>
/// <param name="Columns">The columns before and after their preparation.</param>
/// <param name="NotChosen">The names of the columns that the settings leave out.</param>
/// <param name="Normalizations">What the normalization layers do to the training rows.</param>
internal sealed record TableInspection(
    TableEvaluation Measured,
    bool IsHeldOut,
    TableBaseline Baseline,
    PredictionPairs? Predictions,
    IReadOnlyList<ColumnImportance> Importances,
    IReadOnlyList<FeatureCoefficient> Coefficients,
    IReadOnlyList<ColumnInspection> Columns,
    IReadOnlyList<string> NotChosen,
    IReadOnlyList<NormalizationEffect> Normalizations)
{
    /// <summary>The most training rows that normalization layers are observed on: the first ones.</summary>
    public const int MostObservedRows = 10_000;

    /// <summary>Inspects a result.</summary>
    /// <param name="result">The result.</param>
    /// <param name="seed">The seed of the permutations and of the linear model.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static TableInspection Of(TableTrainingResult result, ulong seed, CancellationToken cancellationToken = default)
    {
        TableModel model = result.Model;
        bool isHeldOut = result.Validation is not null;
        PreparedRows measured = isHeldOut ? result.ValidationRows : result.Rows;
        int width = model.Preparation.Width, observed = Math.Min(result.Rows.RowNumbers.Length, MostObservedRows);
        HashSet<string> known =
        [
            model.Label,
            .. model.Preparation.Columns.Select(column => column.Name),
            .. result.LeftOut.Select(column => column.Name),
        ];
        return new TableInspection(
            result.Validation ?? result.Training,
            isHeldOut,
            TableBaseline.Of(model, result.Rows, measured),
            model.Task == TableTask.Regression ? PredictionPairs.Of(model, measured, cancellationToken) : null,
            PermutationImportance.Of(model, measured, seed: seed, cancellationToken: cancellationToken),
            LinearCoefficients.Of(model, result.Rows, seed, cancellationToken),
            ColumnInspection.Of(result),
            [.. result.Profile.Columns.Select(column => column.Name).Where(name => !known.Contains(name))],
            NormalizationEffect.Of(model.Network, result.Rows.Features.AsSpan(0, observed * width), width, cancellationToken));
    }
}
