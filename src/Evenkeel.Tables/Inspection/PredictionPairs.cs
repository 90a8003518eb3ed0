using Evenkeel.Tables.Profiles;

namespace Evenkeel.Tables.Inspection;

/// <summary>Actual and predicted numbers of a regression.</summary>
/// <param name="Pairs">Actual and predicted number of some rows, evenly chosen if there are more than <see cref="Most"/>.</param>
/// <param name="Rows">The number of all rows.</param>
/// <param name="Errors">The histogram of predicted − actual, of all rows.</param>
internal sealed record PredictionPairs(IReadOnlyList<(double Actual, double Predicted)> Pairs, int Rows, DyadicHistogram Errors)
{
    /// <summary>The most rows whose numbers are kept.</summary>
    public const int Most = 2000;

    private const int BatchSize = 4096;

    /// <summary>Predicts rows.</summary>
    public static PredictionPairs Of(TableModel model, PreparedRows rows, CancellationToken cancellationToken)
    {
        int count = rows.RowNumbers.Length, width = model.Preparation.Width;
        double[] predictions = new double[count];
        var errors = new DyadicHistogram();
        for (int start = 0; start < count; start += BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int part = Math.Min(BatchSize, count - start);
            model.Predict(rows.Features.AsSpan(start * width, part * width)).AllValues.CopyTo(predictions.AsSpan(start));
        }

        for (int row = 0; row < count; row++)
        {
            double error = predictions[row] - rows.Numbers[row];
            if (double.IsFinite(error))
            {
                errors.Add(error);
            }
        }

        int kept = Math.Min(count, Most);
        return new PredictionPairs(
            [.. Enumerable.Range(0, kept).Select(i => (int)((long)i * count / kept)).Select(row => (rows.Numbers[row], predictions[row]))],
            count,
            errors);
    }
}
