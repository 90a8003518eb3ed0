using static System.FormattableString;

namespace Evenkeel.Data;

/// <summary>Divides rows into folds of equal size for cross-validation; each split tests on one and trains on the others.</summary>
/// <remarks>
/// The numbers of rows of two folds differ by at most one, the first being the larger ones. Without a seed, a fold is neighbouring rows, as
/// in scikit-learn; with one, the rows are ordered by random keys first, which depend on the seed and the number of the row alone.
/// </remarks>
public static class KFold
{
    /// <summary>Divides rows into folds, and returns a split for each.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="folds">The number of folds, from 2 to the number of rows.</param>
    /// <param name="seed">The seed of the order of rows; null to take them as they are.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="folds"/> is below 2 or above the number of rows.</exception>
    public static IReadOnlyList<TrainTestSplit> Split(int rows, int folds, ulong? seed)
    {
        CheckFolds(rows, folds);
        int[] order = RowOrder.Of(rows, seed);
        var foldOf = new int[rows];
        int smaller = rows / folds, larger = rows % folds, next = 0;
        for (int fold = 0; fold < folds; fold++)
        {
            for (int end = next + smaller + (fold < larger ? 1 : 0); next < end; next++)
            {
                foldOf[order[next]] = fold;
            }
        }

        return RowOrder.Splits(foldOf, folds);
    }

    /// <summary>Throws unless the number of folds is from 2 to the number of rows.</summary>
    internal static void CheckFolds(int rows, int folds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        if (folds > rows)
        {
            throw new ArgumentOutOfRangeException(
                nameof(folds), folds, Invariant($"There are {rows} rows for {folds} folds; each fold needs at least one."));
        }
    }
}
