using System.Numerics;
using System.Numerics.Tensors;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>The Yeo–Johnson transform of a column, fitted by maximum likelihood.</summary>
/// <param name="Lambda">λ; 1 if the column is constant.</param>
/// <param name="Pivot">The value at which the curve is 0: the median; 0 if there are no values.</param>
/// <param name="Mean">The mean of <see cref="PowerCurves">d</see>.</param>
/// <param name="Deviation">The standard deviation of d, the population's; 0 if the column is constant.</param>
internal readonly record struct YeoJohnsonFit(double Lambda, double Pivot, double Mean, double Deviation)
{
    /// <summary>The largest magnitude that can be fitted: larger values have squares that overflow.</summary>
    public const double Limit = 1e150;

    /// <summary>The smallest deviation: below, squares lose digits, and the column counts as constant.</summary>
    public const double SmallestDeviation = 1e-151;

    private const double SmallestVariance = SmallestDeviation * SmallestDeviation;

    /// <summary>The probabilities of the quantiles that a fit needs: minimum, median and maximum.</summary>
    public static double[] Probabilities { get; } = [0, 0.5, 1];

    /// <summary>Returns the largest |λ − 1| of the search, for values up to a largest magnitude.</summary>
    public static double Width(double largest) =>
        Math.Max(3, 30 / ElementaryFunctions.Log1p(Math.Max(Math.Abs(largest), SmallestDeviation)));

    /// <summary>The range of the search: that of <see cref="Width"/>, as far as no value of d exceeds <see cref="Limit"/>.</summary>
    /// <remarks>
    /// With the median m as pivot and p = λ, or 2 − λ for m &lt; 0, d is of the order of (1 + x)^λ/(1 + |m|)^p for x > 0, and of
    /// (1 + |x|)^(2 − λ)/(1 + |m|)^p for x &lt; 0. λ = 1 is always in the range.
    /// </remarks>
    private static (double Low, double High) Range(double min, double median, double max)
    {
        double width = Width(Math.Max(Math.Abs(min), Math.Abs(max)));
        double limit = ElementaryFunctions.Log(Limit), pivot = ElementaryFunctions.Log1p(Math.Abs(median));
        double high = double.PositiveInfinity, low = double.NegativeInfinity;
        if (max > 0)
        {
            double largest = ElementaryFunctions.Log1p(max);
            high = median < 0 ? (limit + 2 * pivot) / (largest + pivot) : limit / (largest - pivot);
        }

        if (min < 0)
        {
            double largest = ElementaryFunctions.Log1p(-min);
            low = median < 0 ? 2 - limit / (largest - pivot) : (2 * largest - limit) / (largest + pivot);
        }

        return (Math.Clamp(low, 1 - width, 1), Math.Clamp(high, 1, 1 + width));
    }

    /// <summary>Fits each column of a table.</summary>
    /// <remarks>
    /// <para>
    /// The log-likelihood per value is (λ − 1)·mean(±ln(1 + |x|)) − ½ ln var(ψ(x)), up to a constant. Relative to the pivot m it is
    /// λ·mean(±ln(1 + |x|) − ±ln(1 + |m|)) − ½ ln var(d), in which nothing cancels: ψ increases with x, so that the median of ψ(x) is
    /// ψ(m) and that of d is 0; a median is within one standard deviation of the mean, and so Σd²/n − (Σd/n)² is at least half of
    /// Σd²/n.
    /// </para>
    /// <para>
    /// λ is searched from 1 − s to 1 + s with s = max(3, 30/ln(1 + max|x|)), as far as squares do not overflow. Beyond, ψ would have few
    /// significant digits.
    /// </para>
    /// </remarks>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says, finite or NaN.</param>
    /// <param name="view">The shape, of one part: (rows, columns, 1), or, column after column, (1, columns, rows).</param>
    /// <param name="weights">A weight per row; empty if all are 1.</param>
    /// <param name="counts">The number of values of each column, or the sum of their weights.</param>
    /// <param name="quantiles">Minimum, median and maximum of each column.</param>
    public static YeoJohnsonFit[] Compute<T>(
        ReadOnlySpan<T> x, ChannelView view, ReadOnlySpan<double> weights, ReadOnlySpan<double> counts, ReadOnlySpan<double> quantiles)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (weights.IsEmpty)
        {
            return Search(x, view, weights, counts, quantiles);
        }

        // The scale of the weights does not matter: with the largest from 1 to 2, no sum overflows.
        double scale = Math.ScaleB(1, -Math.Clamp(Math.ILogB(TensorPrimitives.Max(weights)), -1000, 1023));
        return Search(x, view, Scaled(weights, scale), Scaled(counts, scale), quantiles);
    }

    private static double[] Scaled(ReadOnlySpan<double> values, double scale)
    {
        var scaled = new double[values.Length];
        TensorPrimitives.Multiply(values, scale, scaled);
        return scaled;
    }

    private static YeoJohnsonFit[] Search<T>(
        ReadOnlySpan<T> x, ChannelView view, ReadOnlySpan<double> weights, ReadOnlySpan<double> counts, ReadOnlySpan<double> quantiles)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = view.Channels;
        var searches = new BrentMinimum?[columns];
        var medians = new double[columns];
        for (int c = 0; c < columns; c++)
        {
            (double min, medians[c], double max) = (quantiles[3 * c], quantiles[3 * c + 1], quantiles[3 * c + 2]);
            if (max - min > SmallestDeviation)
            {
                (double low, double high) = Range(min, medians[c], max);
                searches[c] = new BrentMinimum(low, high);
            }
        }

        var curves = new PowerCurves(medians);
        var sums = new DeviationSums[columns];
        var logarithms = new double[columns];
        for (int c = 0; c < columns; c++)
        {
            curves.SetLogarithm(c);
        }

        YeoJohnsonKernel.Sum(x, view, weights, curves, sums);
        for (int c = 0; c < columns; c++)
        {
            logarithms[c] = sums[c].Deviations / counts[c];
        }

        while (searches.Any(search => search is { IsDone: false }))
        {
            SumAtPoints(x, view, weights);
            for (int c = 0; c < columns; c++)
            {
                if (searches[c] is { IsDone: false } search)
                {
                    double variance = Variance(sums[c], counts[c]);
                    search.Tell(variance >= SmallestVariance
                        ? 0.5 * ElementaryFunctions.Log(variance) - search.Point * logarithms[c]
                        : double.PositiveInfinity);
                }
            }
        }

        SumAtPoints(x, view, weights);
        var fits = new YeoJohnsonFit[columns];
        for (int c = 0; c < columns; c++)
        {
            fits[c] = searches[c] is { } search && Variance(sums[c], counts[c]) is >= SmallestVariance and var variance
                ? new YeoJohnsonFit(search.Point, medians[c], sums[c].Deviations / counts[c], Math.Sqrt(variance))
                : new YeoJohnsonFit(1, medians[c], 0, 0);
        }

        return fits;

        void SumAtPoints(ReadOnlySpan<T> x, ChannelView view, ReadOnlySpan<double> weights)
        {
            for (int c = 0; c < columns; c++)
            {
                curves.SetLambda(c, searches[c]?.Point ?? 1);
            }

            YeoJohnsonKernel.Sum(x, view, weights, curves, sums);
        }
    }

    private static double Variance(DeviationSums sums, double count)
    {
        double mean = sums.Deviations / count;
        return sums.Squares / count - mean * mean;
    }
}
