using static System.FormattableString;

namespace Evenkeel.Metrics;

/// <summary>Predicted probabilities of an event against the frequency with which it occurs, in bins of equal width.</summary>
/// <remarks>
/// <para>
/// Bin b of B holds the probabilities from b/B (exclusive) to (b + 1)/B (inclusive), the first one 0 as well. Predictions are calibrated if
/// in each bin the event occurs as often as predicted.
/// </para>
/// <para>
/// Samples are added in any number of calls, and curves of parts of the data are merged. Not for use by two threads at once: give each
/// thread its own, and merge them.
/// </para>
/// <para>
/// Source: scikit-learn's <c>calibration_curve</c> with uniform bins; for the errors, Guo, Pleiss, Sun and Weinberger, "On calibration of
/// modern neural networks", 2017 (arXiv 1706.04599).
/// </para>
/// </remarks>
public sealed class CalibrationCurve
{
    /// <summary>The default number of bins.</summary>
    public const int DefaultBins = 10;

    /// <summary>The largest number of bins.</summary>
    public const int MaximumBins = 1_000_000;

    private readonly long[] _counts;
    private readonly long[] _positives;
    private readonly double[] _sums;

    /// <summary>Creates a curve without samples.</summary>
    /// <param name="bins">The number of bins, from 1 to <see cref="MaximumBins"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bins"/> is below 1 or above <see cref="MaximumBins"/>.</exception>
    public CalibrationCurve(int bins = DefaultBins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bins, MaximumBins);
        _counts = new long[bins];
        _positives = new long[bins];
        _sums = new double[bins];
    }

    /// <summary>The number of samples.</summary>
    public long Count { get; private set; }

    /// <summary>The bins, in ascending order, those without samples included.</summary>
    public IReadOnlyList<CalibrationBin> Bins =>
    [
        .. _counts.Select((count, b) => new CalibrationBin(
            Edge(b), Edge(b + 1), count, _sums[b] / count, (double)_positives[b] / count)),
    ];

    /// <summary>The expected calibration error: Σ countᵦ/n·|fractionᵦ − meanᵦ| over the bins, 0 to 1; NaN without samples.</summary>
    public double ExpectedError
    {
        get
        {
            double sum = 0;
            for (int b = 0; b < _counts.Length; b++)
            {
                sum += Math.Abs(_positives[b] - _sums[b]);
            }

            return sum / Count;
        }
    }

    /// <summary>The largest |fraction − mean| of a bin that has samples, 0 to 1; NaN without samples.</summary>
    public double MaximumError
    {
        get
        {
            double largest = Count == 0 ? double.NaN : 0;
            for (int b = 0; b < _counts.Length; b++)
            {
                largest = _counts[b] == 0 ? largest : Math.Max(largest, Math.Abs(_positives[b] - _sums[b]) / _counts[b]);
            }

            return largest;
        }
    }

    /// <summary>Adds a sample.</summary>
    /// <param name="isPositive">Whether the event occurred.</param>
    /// <param name="probability">Its predicted probability, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not from 0 to 1.</exception>
    public void Add(bool isPositive, double probability)
    {
        if (!(probability >= 0 && probability <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(probability), probability, Invariant($"The probability is {probability}; it must be from 0 to 1."));
        }

        Append(isPositive, probability);
    }

    /// <summary>Adds samples; none if it throws.</summary>
    /// <param name="labels">For each sample 1 if the event occurred, otherwise 0.</param>
    /// <param name="probabilities">The predicted probability of each sample, 0 to 1.</param>
    /// <exception cref="ArgumentException">The numbers of labels and probabilities differ.</exception>
    /// <exception cref="ArgumentException">A label is neither 0 nor 1, or a probability is not from 0 to 1.</exception>
    public void Add(ReadOnlySpan<int> labels, ReadOnlySpan<double> probabilities)
    {
        SampleChecks.Lengths(labels.Length, probabilities.Length, nameof(probabilities));
        SampleChecks.Binary(labels);
        SampleChecks.Probabilities(probabilities, 1, nameof(probabilities));
        for (int i = 0; i < labels.Length; i++)
        {
            Append(labels[i] == 1, probabilities[i]);
        }
    }

    /// <summary>Adds the samples of another curve.</summary>
    /// <param name="other">A curve with as many bins; it is not changed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    /// <exception cref="ArgumentException">The numbers of bins differ.</exception>
    public void Merge(CalibrationCurve other)
    {
        ArgumentNullException.ThrowIfNull(other);
        CheckBins(other, nameof(other));
        Count += other.Count;
        for (int b = 0; b < _counts.Length; b++)
        {
            _counts[b] += other._counts[b];
            _positives[b] += other._positives[b];
            _sums[b] += other._sums[b];
        }
    }

    /// <summary>Throws if another curve has other bins.</summary>
    internal void CheckBins(CalibrationCurve other, string name)
    {
        if (other._counts.Length != _counts.Length)
        {
            throw new ArgumentException(
                Invariant($"The other has {other._counts.Length} bins, this one has {_counts.Length}."), name);
        }
    }

    /// <summary>Adds a sample whose probability is known to be from 0 to 1.</summary>
    internal void Append(bool isPositive, double probability)
    {
        int bins = _counts.Length;
        int b = Math.Clamp((int)Math.Ceiling(probability * bins) - 1, 0, bins - 1);
        while (b > 0 && probability <= Edge(b))
        {
            b--; // the product was rounded up
        }

        while (b < bins - 1 && probability > Edge(b + 1))
        {
            b++; // the product was rounded down
        }

        _counts[b]++;
        _positives[b] += isPositive ? 1 : 0;
        _sums[b] += probability;
        Count++;
    }

    private double Edge(int b) => (double)b / _counts.Length;
}
