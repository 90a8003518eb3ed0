using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Tensors;

namespace Evenkeel.Normalization;

/// <summary>The running mean and spread of each channel: what inference normalizes with.</summary>
/// <remarks>
/// For each batch with weight w: mean ← mean + w·(batch mean − mean), and the same for the spread, which is a variance or a
/// standard deviation. They start at mean 0 and spread 1, and are kept in double precision, so that data of the order 1e30
/// does not overflow them.
/// </remarks>
public abstract class RunningMoments
{
    private readonly RunningAverage _average;
    private readonly VarianceEstimator _estimator;
    private readonly NonFinitePolicy _policy;

    private protected RunningMoments(int channels, RunningAverage average, VarianceEstimator estimator, NonFinitePolicy policy)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentNullException.ThrowIfNull(average);
        _average = average;
        _estimator = Defined.Check(estimator, "options");
        _policy = Defined.Check(policy, "options");
        Mean = Tensor.CreateFromShape<double>([channels]);
        Spread = Tensor.CreateFromShape<double>([channels]);
        Reset();
    }

    /// <summary>The running mean of each channel (PyTorch's <c>running_mean</c>), shape [C]; may be set in place.</summary>
    public Tensor<double> Mean { get; }

    /// <summary>The running spread of each channel: a variance or a deviation, see <see cref="SpreadOf"/>.</summary>
    internal Tensor<double> Spread { get; }

    /// <summary>The average over batches.</summary>
    public RunningAverage RunningAverage => _average;

    /// <summary>The variance that is kept.</summary>
    internal VarianceEstimator Estimator => _estimator;

    /// <summary>The treatment of batches that hold NaN or infinity.</summary>
    internal NonFinitePolicy NonFinitePolicy => _policy;

    /// <summary>The tensors that files save and load.</summary>
    internal IReadOnlyList<StateTensor> State =>
    [
        StateTensor.OfFinite("running_mean", Mean, double.NegativeInfinity),
        StateTensor.OfFinite(SpreadName, Spread, minimum: 0),
        StateTensor.OfCounter("num_batches_tracked", () => BatchesTracked, value => BatchesTracked = value),
        StateTensor.OfTraining("batches_skipped", () => BatchesSkipped, value => BatchesSkipped = value),
    ];

    /// <summary>How many values per channel a spread takes.</summary>
    internal int MinValues => _estimator == VarianceEstimator.Sample ? 2 : 1;

    /// <summary>How many batches were taken in (PyTorch's <c>num_batches_tracked</c>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long BatchesTracked
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>How many batches were left out because they held NaN or infinity.</summary>
    public long BatchesSkipped { get; private set; }

    /// <summary>Back to mean 0, spread 1 and no batches.</summary>
    public void Reset()
    {
        Mean.Fill(0);
        Spread.Fill(1);
        BatchesTracked = 0;
        BatchesSkipped = 0;
    }

    /// <summary>Takes in a batch.</summary>
    /// <param name="batch">The batch's moments, one per channel.</param>
    /// <exception cref="ArgumentException">There is not one value per channel, or a channel has too few values for a variance.</exception>
    /// <exception cref="ArithmeticException">The batch holds NaN or infinity, and the policy is to throw.</exception>
    public void Update(ReadOnlySpan<Moments> batch)
    {
        SpanChecks.Length(batch, (int)Mean.FlattenedLength);
        if (Admits(batch))
        {
            Take(batch);
        }
        else
        {
            BatchesSkipped++;
        }
    }

    /// <summary>Takes in batches, one after the other; none where one of them throws.</summary>
    /// <param name="batches">The batches' moments: for each, one per channel.</param>
    internal void UpdateAll(ReadOnlySpan<Moments> batches)
    {
        int channels = (int)Mean.FlattenedLength;
        for (int start = 0; start < batches.Length; start += channels)
        {
            Admits(batches.Slice(start, channels));
        }

        for (int start = 0; start < batches.Length; start += channels)
        {
            Update(batches.Slice(start, channels));
        }
    }

    /// <summary>Mean and spread of all channels as they are, to be put back by <see cref="Restore"/>.</summary>
    internal (double[] Mean, double[] Spread) Save() => ([.. Mean], [.. Spread]);

    /// <summary>Copies mean and spread of all channels.</summary>
    internal void CopyTo((double[] Mean, double[] Spread) copies)
    {
        Mean.Elements().CopyTo(copies.Mean);
        Spread.Elements().CopyTo(copies.Spread);
    }

    /// <summary>Puts back what <see cref="Save"/> gave.</summary>
    internal void Restore((double[] Mean, double[] Spread) saved)
    {
        saved.Mean.CopyTo(Mean.Elements());
        saved.Spread.CopyTo(Spread.Elements());
    }

    /// <summary>Returns the spread of a channel, or throws if it is negative or not finite, so that it would give NaN.</summary>
    /// <exception cref="InvalidOperationException">The spread is negative or not finite.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double CheckSpread(double spread, int channel)
    {
        if (!(spread >= 0 && spread <= double.MaxValue))
        {
            ThrowInvalid(spread, channel);
        }

        return spread;
    }

    /// <summary>Sets a channel's mean, and its spread to that of a variance; how many batches were taken in stays as it is.</summary>
    internal void Set(int channel, double mean, double variance)
    {
        Mean[channel] = mean;
        Spread[channel] = SpreadOf(variance);
    }

    /// <summary>The variance of moments, by the estimator that these running statistics take.</summary>
    internal double VarianceOf(in Moments moments) =>
        _estimator == VarianceEstimator.Sample ? moments.SampleVariance : moments.PopulationVariance;

    /// <summary>The name of the spread in files.</summary>
    private protected abstract string SpreadName { get; }

    /// <summary>What is averaged over batches: the variance, or the deviation that it makes.</summary>
    private protected abstract double SpreadOf(double variance);

    /// <summary>The running variance of a channel; where the spread is a deviation, its square.</summary>
    internal abstract double VarianceAt(int channel);

    private void Take(ReadOnlySpan<Moments> batch)
    {
        Span<double> mean = Mean.Elements();
        Span<double> spread = Spread.Elements();
        double weight = _average.WeightOfNext(BatchesTracked);
        for (int c = 0; c < batch.Length; c++)
        {
            mean[c] += weight * (batch[c].Mean - mean[c]);
            spread[c] += weight * (SpreadOf(VarianceOf(batch[c])) - spread[c]);
        }

        BatchesTracked++;
    }

    // Whether the batch is finite; throws where it has too few values, or is not finite and the policy is to throw.
    private bool Admits(ReadOnlySpan<Moments> batch)
    {
        int nonFinite = FirstNonFinite(batch);
        if (nonFinite >= 0 && _policy == NonFinitePolicy.Throw)
        {
            BatchesSkipped++;
            throw new ArithmeticException(string.Create(
                CultureInfo.InvariantCulture,
                $"The batch holds NaN or infinity in channel {nonFinite}; the running statistics did not take it in."));
        }

        for (int c = 0; nonFinite < 0 && c < batch.Length; c++)
        {
            if (!(batch[c].Count >= MinValues))
            {
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture, $"Channel {c} has {batch[c].Count} values: too few for a variance."),
                    nameof(batch));
            }
        }

        return nonFinite < 0;
    }

    [DoesNotReturn]
    private static void ThrowInvalid(double spread, int channel) =>
        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"The running variance or standard deviation of channel {channel} is {spread}; it must be finite and not negative."));

    /// <summary>Returns the first channel that is not finite, or −1.</summary>
    internal static int FirstNonFinite(ReadOnlySpan<Moments> batch)
    {
        for (int c = 0; c < batch.Length; c++)
        {
            if (!batch[c].IsFinite)
            {
                return c;
            }
        }

        return -1;
    }
}
