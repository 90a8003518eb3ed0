using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Data;

/// <summary>Orders of rows, and what the splits of rows have in common.</summary>
internal static class RowOrder
{
    /// <summary>Returns the numbers of the rows: shuffled, or in ascending order without a seed.</summary>
    public static int[] Of(int rows, ulong? seed) => seed is ulong value ? Shuffled(rows, value) : [.. Enumerable.Range(0, rows)];

    /// <summary>Returns the numbers of the rows, ordered by their random keys.</summary>
    /// <remarks>The key of row r is the random numbers at positions 2r and 2r + 1; equal keys are in the order of the rows.</remarks>
    public static int[] Shuffled(int rows, ulong seed)
    {
        var random = new RandomStream(seed, 0);
        var keys = new ulong[rows];
        var order = new int[rows];
        Span<uint> words = stackalloc uint[2];
        for (int row = 0; row < rows; row++)
        {
            random.FillUInt32(words, 2 * (ulong)row);
            keys[row] = (ulong)words[0] << 32 | words[1];
            order[row] = row;
        }

        Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
        return order;
    }

    /// <summary>Returns a fraction of the rows, at least one and at most all but one.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="testFraction"/> is not between 0 and 1.</exception>
    public static int Held(int rows, double testFraction) => testFraction is > 0 and < 1
        ? Math.Clamp((int)Math.Round(testFraction * rows), 1, rows - 1)
        : throw new ArgumentOutOfRangeException(
            nameof(testFraction), testFraction, Invariant($"The fraction is {testFraction}; it must be between 0 and 1."));

    /// <summary>Numbers the classes by first occurrence, and counts their rows.</summary>
    /// <param name="labels">The class of each row: any numbers.</param>
    /// <param name="values">Receives the number that labels have for each class.</param>
    /// <returns>The class of each row, from 0, and the number of rows of each class.</returns>
    public static (int[] Classes, int[] Counts) Classes(ReadOnlySpan<int> labels, out int[] values)
    {
        var numbers = new Dictionary<int, int>();
        var classes = new int[labels.Length];
        var counts = new List<int>();
        for (int row = 0; row < labels.Length; row++)
        {
            if (!numbers.TryGetValue(labels[row], out int k))
            {
                k = counts.Count;
                numbers.Add(labels[row], k);
                counts.Add(0);
            }

            classes[row] = k;
            counts[k]++;
        }

        values = [.. numbers.OrderBy(pair => pair.Value).Select(pair => pair.Key)];
        return (classes, [.. counts]);
    }

    /// <summary>Returns the split by a condition for the rows to test on.</summary>
    public static TrainTestSplit Split(int rows, Predicate<int> isTest)
    {
        List<int> train = [], test = [];
        for (int row = 0; row < rows; row++)
        {
            (isTest(row) ? test : train).Add(row);
        }

        return new TrainTestSplit([.. train], [.. test]);
    }

    /// <summary>Returns a split per fold, from the fold of each row.</summary>
    public static IReadOnlyList<TrainTestSplit> Splits(int[] foldOf, int folds) =>
        [.. Enumerable.Range(0, folds).Select(fold => Split(foldOf.Length, row => foldOf[row] == fold))];
}
