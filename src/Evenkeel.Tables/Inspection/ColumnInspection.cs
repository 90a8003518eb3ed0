using Evenkeel.Tables.Preparation;
using Evenkeel.Tables.Profiles;

namespace Evenkeel.Tables.Inspection;

/// <summary>A column before and after its preparation.</summary>
/// <param name="Profile">What the column holds, in all rows of the table.</param>
/// <param name="Preparation">The preparation.</param>
/// <param name="Values">The values of its first feature on the training rows; null for features that are 0 or 1, or positions.</param>
internal sealed record ColumnInspection(ColumnProfile Profile, ColumnPreparation Preparation, FeatureValues? Values)
{
    /// <summary>Inspects the columns that a model was trained on, in the order of its features.</summary>
    public static IReadOnlyList<ColumnInspection> Of(TableTrainingResult result)
    {
        TablePreparation preparation = result.Model.Preparation;
        Dictionary<string, ColumnProfile> profiles = result.Profile.Columns
            .DistinctBy(column => column.Name, StringComparer.Ordinal)
            .ToDictionary(column => column.Name, StringComparer.Ordinal);
        int[] offsets = preparation.Offsets();
        int width = preparation.Width;
        return
        [
            .. preparation.Columns.Select((column, c) => new ColumnInspection(
                profiles[column.Name],
                column,
                column is NumberPreparation or CategoryPreparation { Encoding: CategoryEncoding.Ordinal }
                    ? FeatureValues.Of(column.FeatureNames[0], result.Rows, offsets[c], width)
                    : null)),
        ];
    }
}
