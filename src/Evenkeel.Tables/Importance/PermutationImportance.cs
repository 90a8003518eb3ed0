using Evenkeel.Numerics;

namespace Evenkeel.Tables.Importance;

/// <summary>How much a model relies on each column: by how much its score falls where the cells of a column are shuffled.</summary>
/// <remarks>
/// <para>
/// All features of a column are shuffled together. Of columns that say the same, each looks unimportant, since the model
/// can use the others. Orders depend on the seed, the column and the repetition alone.
/// </para>
/// <para>Source: Breiman, "Random Forests", 2001, section 10; Fisher, Rudin and Dominici, 2019, arXiv 1801.01489.</para>
/// </remarks>
internal static class PermutationImportance
{
    private const int MostRows = 10_000;

    /// <summary>Measures all columns of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows that the model was not trained on; the first 10,000 are used.</param>
    /// <param name="repetitions">The number of orders per column.</param>
    /// <param name="seed">The seed of the orders.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The importances, in the order of the preparation's columns.</returns>
    public static IReadOnlyList<ColumnImportance> Of(
        TableModel model, PreparedRows rows, int repetitions = 5, ulong seed = 0, CancellationToken cancellationToken = default)
    {
        int count = Math.Min(rows.RowNumbers.Length, MostRows), width = model.Preparation.Width;
        var used = new PreparedRows(
            rows.Features.AsSpan(0, count * width).ToArray(),
            [.. rows.Codes.Take(count)],
            [.. rows.Numbers.Take(count)],
            [.. rows.RowNumbers.Take(count)]);
        double score = TableTraining.Evaluate(model, used).Score;
        int[] offsets = model.Preparation.Offsets();
        var importances = new List<ColumnImportance>();
        int[] unchanged = [.. Enumerable.Range(0, count)], order = new int[count];
        for (int c = 0; c < offsets.Length; c++)
        {
            int first = offsets[c], features = (c + 1 < offsets.Length ? offsets[c + 1] : width) - first;
            Moments losses = Moments.Empty;
            for (int repetition = 0; repetition < repetitions; repetition++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                unchanged.CopyTo(order, 0);
                new RandomStream(seed, (ulong)(c * repetitions + repetition)).Shuffle(order);
                Copy(order);
                losses = Moments.Merge(losses, Moments.Of(score - TableTraining.Evaluate(model, used).Score));
            }

            Copy(unchanged);
            importances.Add(new ColumnImportance(
                model.Preparation.Columns[c].Name, losses.Mean, repetitions > 1 ? Math.Sqrt(losses.SampleVariance) : 0));

            void Copy(int[] rowsOf)
            {
                for (int row = 0; row < count; row++)
                {
                    rows.Features.AsSpan(rowsOf[row] * width + first, features).CopyTo(used.Features.AsSpan(row * width + first));
                }
            }
        }

        return importances;
    }
}
