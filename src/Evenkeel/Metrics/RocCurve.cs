namespace Evenkeel.Metrics;

/// <summary>The receiver operating characteristic of binary scores: the rate of true positives over that of false positives.</summary>
/// <remarks>
/// <para>
/// One point per distinct score, from the highest on, behind the origin; a point between two equal steps is left out, as in scikit-learn.
/// Equal scores are one step, whatever their order.
/// </para>
/// <para>
/// <see cref="Area"/> is the probability that a random positive has a higher score than a random negative, an equal score counting half. It
/// is computed from whole numbers, and rounded once.
/// </para>
/// <para>Source: Fawcett, "An introduction to ROC analysis", 2006; scikit-learn's <c>roc_curve</c> and <c>roc_auc_score</c>.</para>
/// </remarks>
public sealed class RocCurve
{
    private RocCurve(IReadOnlyList<RocPoint> points, double area, long positives, long negatives)
    {
        Points = points;
        Area = area;
        Positives = positives;
        Negatives = negatives;
    }

    /// <summary>The points, from (0, 0) to (1, 1).</summary>
    public IReadOnlyList<RocPoint> Points { get; }

    /// <summary>The area under the curve, 0 to 1; ½ for scores that say nothing.</summary>
    public double Area { get; }

    /// <summary>The number of positives.</summary>
    public long Positives { get; }

    /// <summary>The number of negatives.</summary>
    public long Negatives { get; }

    /// <summary>Returns the curve of labels and scores; <see cref="RocScores"/> takes them in parts.</summary>
    /// <param name="labels">The label of each sample: 1 for a positive, 0 for a negative.</param>
    /// <param name="scores">The score of each sample, finite: higher for those that are more probably positive.</param>
    /// <exception cref="ArgumentException">The numbers of labels and scores differ.</exception>
    /// <exception cref="ArgumentException">A label is neither 0 nor 1, or a score is not finite.</exception>
    /// <exception cref="ArgumentException">The labels are all 0 or all 1, or there are none.</exception>
    public static RocCurve Of(ReadOnlySpan<int> labels, ReadOnlySpan<double> scores)
    {
        var all = new RocScores();
        all.Add(labels, scores);
        return all.HasBothClasses ? all.Curve() : throw new ArgumentException(all.Describe(), nameof(labels));
    }

    /// <summary>Returns the curve of scores in ascending order, at least one of either class.</summary>
    internal static RocCurve OfSorted(ReadOnlySpan<double> positives, ReadOnlySpan<double> negatives)
    {
        List<RocPoint> points = [new(double.PositiveInfinity, 0, 0)];
        int p = positives.Length, n = negatives.Length;
        ulong doubledArea = 0; // at most 2·2³¹·2³¹
        (int, int) previous = default;
        while (p > 0 || n > 0)
        {
            double threshold = p == 0 ? negatives[n - 1] : n == 0 ? positives[p - 1] : Math.Max(positives[p - 1], negatives[n - 1]);
            (int p0, int n0) = (p, n);
            while (p > 0 && positives[p - 1] == threshold)
            {
                p--;
            }

            while (n > 0 && negatives[n - 1] == threshold)
            {
                n--;
            }

            doubledArea += (ulong)(n0 - n) * (2 * (ulong)positives.Length - (ulong)p0 - (ulong)p);
            var step = (p0 - p, n0 - n);
            if (step == previous && points.Count > 2)
            {
                points.RemoveAt(points.Count - 1);
            }

            previous = step;
            points.Add(new RocPoint(
                threshold,
                (double)(negatives.Length - n) / negatives.Length,
                (double)(positives.Length - p) / positives.Length));
        }

        double pairs = 2.0 * positives.Length * negatives.Length;
        return new RocCurve(points, doubledArea / pairs, positives.Length, negatives.Length);
    }
}
