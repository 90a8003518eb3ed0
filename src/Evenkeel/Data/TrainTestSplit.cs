using static System.FormattableString;

namespace Evenkeel.Data;

/// <summary>A division of rows into those to train on and those to test on: the numbers of each, in ascending order.</summary>
/// <remarks>
/// <para>
/// Rows are chosen by random keys, one per row, which depend on the seed and the number of the row alone: those with the smallest keys are
/// tested on. <see cref="Dataset{TTarget}.Select"/> takes the rows.
/// </para>
/// <para><see cref="KFold"/> and <see cref="StratifiedKFold"/> give several splits, for cross-validation.</para>
/// </remarks>
public sealed class TrainTestSplit
{
    /// <summary>Creates a split from row numbers in ascending order, which are not copied.</summary>
    internal TrainTestSplit(int[] train, int[] test)
    {
        Train = train;
        Test = test;
    }

    /// <summary>The numbers of the rows to train on, from 0, in ascending order.</summary>
    public int[] Train { get; }

    /// <summary>The numbers of the rows to test on, from 0, in ascending order.</summary>
    public int[] Test { get; }

    /// <summary>Splits rows at random.</summary>
    /// <param name="rows">The number of rows, at least 2.</param>
    /// <param name="testFraction">
    /// The fraction of rows to test on, between 0 and 1; rounded to whole rows, at least one and at most all but one.
    /// </param>
    /// <param name="seed">The seed of the choice.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is below 2.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="testFraction"/> is not between 0 and 1.</exception>
    public static TrainTestSplit Random(int rows, double testFraction, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 2);
        int held = RowOrder.Held(rows, testFraction);
        var isTest = new bool[rows];
        foreach (int row in RowOrder.Shuffled(rows, seed).AsSpan(0, held))
        {
            isTest[row] = true;
        }

        return RowOrder.Split(rows, row => isTest[row]);
    }

    /// <summary>Splits rows at random, each class in proportion.</summary>
    /// <remarks>
    /// Each class has its exact proportion of the test rows, rounded down or up to a whole row: up for the largest remainders, among equal
    /// ones for the class that occurs first.
    /// </remarks>
    /// <param name="labels">The class of each row: any numbers.</param>
    /// <param name="testFraction">
    /// The fraction of rows to test on, between 0 and 1; rounded to whole rows, at least one and at most all but one.
    /// </param>
    /// <param name="seed">The seed of the choice.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 labels, or a class has a single row.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="testFraction"/> is not between 0 and 1.</exception>
    public static TrainTestSplit Stratified(ReadOnlySpan<int> labels, double testFraction, ulong seed)
    {
        int rows = labels.Length;
        if (rows < 2)
        {
            throw new ArgumentException(Invariant($"There are {rows} labels; a split needs at least 2."), nameof(labels));
        }

        int held = RowOrder.Held(rows, testFraction);
        (int[] classes, int[] counts) = RowOrder.Classes(labels, out int[] values);
        int single = Array.IndexOf(counts, 1);
        if (single >= 0)
        {
            throw new ArgumentException(
                Invariant($"Class {values[single]} has a single row; a stratified split needs at least 2 of each class."), nameof(labels));
        }

        int[] left = [.. counts.Select(count => (int)((long)count * held / rows))];
        foreach (int k in Enumerable.Range(0, counts.Length)
            .OrderByDescending(k => (long)counts[k] * held % rows)
            .Take(held - left.Sum()))
        {
            left[k]++;
        }

        var isTest = new bool[rows];
        foreach (int row in RowOrder.Shuffled(rows, seed))
        {
            isTest[row] = left[classes[row]]-- > 0;
        }

        return RowOrder.Split(rows, row => isTest[row]);
    }
}
