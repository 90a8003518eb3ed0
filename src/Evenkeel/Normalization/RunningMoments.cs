using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Numerics;

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
    private readonly NonFinitePolicy _policy;

    private protected RunningMoments(int channels, RunningAverage average, NonFinitePolicy policy, int fewest)
    {
        _average = average;
        _policy = policy;
        FewestValues = fewest;
        Mean = Tensor.CreateFromShape<double>([channels]);
        Spread = Tensor.CreateFromShape<double>([channels]);
        Reset();
    }

    /// <summary>The running mean of each channel (PyTorch's <c>running_mean</c>), shape [C]; may be set in place.</summary>
    public Tensor<double> Mean { get; }

    private protected Tensor<double> Spread { get; }

    /// <summary>How many values per channel a spread takes.</summary>
    internal int FewestValues { get; }

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
        int nonFinite = Check(batch);
        if (nonFinite >= 0)
        {
            Skip(nonFinite);
            return;
        }

        Span<double> mean = Mean.Elements();
        Span<double> spread = Spread.Elements();
        double weight = _average.WeightOfNext(BatchesTracked);
        for (int c = 0; c < batch.Length; c++)
        {
            mean[c] += weight * (batch[c].Mean - mean[c]);
            spread[c] += weight * (SpreadOf(batch[c]) - spread[c]);
        }

        BatchesTracked++;
    }

    /// <summary>What of a batch's moments the spread averages.</summary>
    private protected abstract double SpreadOf(in Moments moments);

    /// <summary>Returns the first channel that is not finite, or −1; throws where one has too few values.</summary>
    private protected int Check(ReadOnlySpan<Moments> batch)
    {
        SpanChecks.Length(batch, (int)Mean.FlattenedLength);
        for (int c = 0; c < batch.Length; c++)
        {
            if (!batch[c].IsFinite)
            {
                return c;
            }

            if (!(batch[c].Count >= FewestValues))
            {
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture, $"Channel {c} has {batch[c].Count} values: too few for a variance."),
                    nameof(batch));
            }
        }

        return -1;
    }

    private void Skip(int channel)
    {
        BatchesSkipped++;
        if (_policy == NonFinitePolicy.Throw)
        {
            throw new ArithmeticException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The batch holds NaN or infinity in channel {channel}; the running statistics did not take it in."));
        }
    }
}
