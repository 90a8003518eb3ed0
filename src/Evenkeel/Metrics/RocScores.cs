using static System.FormattableString;

namespace Evenkeel.Metrics;

/// <summary>The scores of positives and negatives, collected in parts for a <see cref="RocCurve"/>.</summary>
/// <remarks>
/// The curve is exact, so that all scores are kept: 8 bytes per sample. It depends neither on the order of the samples nor on the parts in
/// which they were added or merged. Not for use by two threads at once: give each thread its own, and merge them.
/// </remarks>
public sealed class RocScores
{
    private readonly List<double> _positives = [];
    private readonly List<double> _negatives = [];

    /// <summary>The number of positives.</summary>
    public long Positives => _positives.Count;

    /// <summary>The number of negatives.</summary>
    public long Negatives => _negatives.Count;

    /// <summary>True if there are positives and negatives, so that there is a curve.</summary>
    public bool HasBothClasses => _positives.Count > 0 && _negatives.Count > 0;

    /// <summary>Adds a sample.</summary>
    /// <param name="isPositive">Whether the sample is a positive.</param>
    /// <param name="score">The score, finite: higher for samples that are more probably positive.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="score"/> is not finite.</exception>
    public void Add(bool isPositive, double score)
    {
        if (!double.IsFinite(score))
        {
            throw new ArgumentOutOfRangeException(nameof(score), score, Invariant($"The score is {score}; it must be finite."));
        }

        Append(isPositive, score);
    }

    /// <summary>Adds samples; none if it throws.</summary>
    /// <param name="labels">The label of each sample: 1 for a positive, 0 for a negative.</param>
    /// <param name="scores">The score of each sample, finite: higher for those that are more probably positive.</param>
    /// <exception cref="ArgumentException">The numbers of labels and scores differ.</exception>
    /// <exception cref="ArgumentException">A label is neither 0 nor 1, or a score is not finite.</exception>
    public void Add(ReadOnlySpan<int> labels, ReadOnlySpan<double> scores)
    {
        SampleChecks.Lengths(labels.Length, scores.Length, nameof(scores));
        SampleChecks.Binary(labels);
        SampleChecks.Finite(scores, nameof(scores), "score");
        for (int i = 0; i < labels.Length; i++)
        {
            Append(labels[i] == 1, scores[i]);
        }
    }

    /// <summary>Adds the samples of another collection.</summary>
    /// <param name="other">The other collection; it is not changed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    public void Merge(RocScores other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _positives.AddRange(other._positives);
        _negatives.AddRange(other._negatives);
    }

    /// <summary>Returns the curve of all samples, in time n·log n.</summary>
    /// <exception cref="InvalidOperationException">There are no positives, or no negatives.</exception>
    public RocCurve Curve()
    {
        if (!HasBothClasses)
        {
            throw new InvalidOperationException(Describe());
        }

        double[] positives = [.. _positives], negatives = [.. _negatives];
        Array.Sort(positives);
        Array.Sort(negatives);
        return RocCurve.OfSorted(positives, negatives);
    }

    /// <summary>Adds a sample whose score is known to be finite.</summary>
    internal void Append(bool isPositive, double score) => (isPositive ? _positives : _negatives).Add(score);

    /// <summary>Describes why there is no curve.</summary>
    internal string Describe() => Invariant(
        $"There are {Positives} positives and {Negatives} negatives; a ROC curve needs at least one of each.");
}
