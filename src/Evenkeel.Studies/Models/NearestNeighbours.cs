namespace Evenkeel.Studies.Models;

/// <summary>k-nearest neighbours: the most frequent class among the k training rows at the smallest Euclidean distance.</summary>
/// <remarks>Of equally frequent classes the lowest wins, as in scikit-learn's <c>KNeighborsClassifier</c>.</remarks>
/// <param name="train">The training rows.</param>
/// <param name="neighbours">k.</param>
internal sealed class NearestNeighbours(LabelledTable train, int neighbours = 5) : IClassifier
{
    /// <inheritdoc/>
    public int Predict(ReadOnlySpan<double> row)
    {
        var distances = new double[train.Count];
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = SquaredDistance(train.Row(i), row);
        }

        return Enumerable.Range(0, train.Count).OrderBy(i => distances[i]).Take(neighbours)
            .GroupBy(i => train.Labels[i]).OrderByDescending(votes => votes.Count()).ThenBy(votes => votes.Key).First().Key;
    }

    private static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }

        return sum;
    }
}
