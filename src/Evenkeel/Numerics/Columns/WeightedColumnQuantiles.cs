using System.Numerics;

namespace Evenkeel.Numerics.Columns;

/// <summary>Computes the quantiles of each column of a table by sorting it: with row weights, or where there are many quantiles.</summary>
internal static class WeightedColumnQuantiles
{
    /// <summary>Computes quantiles of each column, as <see cref="WeightedPoints.Quantile"/> defines them, ignoring NaN.</summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape, of one part: (rows, columns, 1), or, column after column, (1, columns, rows).</param>
    /// <param name="weights">A weight per row; empty if all are 1.</param>
    /// <param name="probabilities">The probabilities of the quantiles, from 0 to 1.</param>
    /// <param name="counts">Receives the sum of the weights of each column.</param>
    /// <param name="quantiles">Receives the quantiles, column after column; 0 if a column has no values.</param>
    public static void Compute<T>(
        ReadOnlySpan<T> x, ChannelView view, ReadOnlySpan<double> weights, double[] probabilities, double[] counts, double[] quantiles)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Weights of 0 and 1 only select rows.
        bool isWeighted = weights.ContainsAnyExcept(0.0, 1.0);
        var columns = new WeightedPoints[view.Channels];
        for (int c = 0; c < columns.Length; c++)
        {
            columns[c] = new WeightedPoints();
        }

        ColumnBlocks.Run(x, view, weights, (column, block) => columns[column].Add(block));
        Parallelism.For(columns.Length, column =>
        {
            WeightedPoints points = columns[column];
            points.Sort();
            counts[column] = points.TotalWeight;
            if (points.Count > 0)
            {
                points.Quantiles(probabilities, isWeighted, quantiles.AsSpan(column * probabilities.Length, probabilities.Length));
            }
        });
    }
}
