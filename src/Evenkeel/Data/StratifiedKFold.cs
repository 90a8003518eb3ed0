using static System.FormattableString;

namespace Evenkeel.Data;

/// <summary>Divides rows into folds for cross-validation, with each class in equal proportion in all folds.</summary>
/// <remarks>
/// <para>
/// The numbers of rows of two folds differ by at most one, and so do those of each class. Without a seed, the rows of a class go to the
/// folds in order, as in scikit-learn; with one, they are ordered by random keys first, which depend on the seed and the number of the row
/// alone.
/// </para>
/// <para>Source: scikit-learn's <c>StratifiedKFold</c>.</para>
/// </remarks>
public static class StratifiedKFold
{
    /// <summary>Divides rows into folds, and returns a split for each.</summary>
    /// <param name="labels">The class of each row: any numbers.</param>
    /// <param name="folds">The number of folds, from 2 to the number of rows of the smallest class.</param>
    /// <param name="seed">The seed of the order of rows; null to take them as they are.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="folds"/> is below 2 or above the number of rows.</exception>
    /// <exception cref="ArgumentException">A class has fewer rows than there are folds.</exception>
    public static IReadOnlyList<TrainTestSplit> Split(ReadOnlySpan<int> labels, int folds, ulong? seed)
    {
        KFold.CheckFolds(labels.Length, folds);
        (int[] classes, int[] counts) = RowOrder.Classes(labels, out int[] values);
        int rare = Array.FindIndex(counts, count => count < folds);
        if (rare >= 0)
        {
            throw new ArgumentException(
                Invariant($"Class {values[rare]} has {counts[rare]} rows for {folds} folds; each fold needs at least one of each class."),
                nameof(labels));
        }

        // Row i of the rows sorted by class goes to fold i mod folds, which settles how many of each class a fold gets.
        var left = new int[counts.Length, folds];
        int sorted = 0;
        for (int k = 0; k < counts.Length; k++)
        {
            for (int i = 0; i < counts[k]; i++)
            {
                left[k, sorted++ % folds]++;
            }
        }

        var foldOf = new int[labels.Length];
        var current = new int[counts.Length];
        foreach (int row in RowOrder.Of(labels.Length, seed))
        {
            int k = classes[row];
            while (left[k, current[k]] == 0)
            {
                current[k]++;
            }

            left[k, current[k]]--;
            foldOf[row] = current[k];
        }

        return RowOrder.Splits(foldOf, folds);
    }
}
