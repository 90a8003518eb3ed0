using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>The running mean and variance of each channel: what inference normalizes with.</summary>
/// <remarks>
/// For each batch with weight w: mean ← mean + w·(batch mean − mean), and the same for the variance. They start, as in
/// PyTorch, at mean 0 and variance 1, and are kept in double precision, so that data of the order 1e30 does not overflow
/// them.
/// </remarks>
public sealed class RunningStatistics
{
    private readonly RunningAverage _average;
    private readonly VarianceEstimator _estimator;
    private readonly NonFinitePolicy _policy;

    internal RunningStatistics(int channels, RunningAverage average, VarianceEstimator estimator, NonFinitePolicy policy)
    {
        _average = average;
        _estimator = estimator;
        _policy = policy;
        Mean = Tensor.CreateFromShape<double>([channels]);
        Variance = Tensor.CreateFromShape<double>([channels]);
        Reset();
    }

    /// <summary>The running mean of each channel (PyTorch's <c>running_mean</c>), shape [C]; may be set in place.</summary>
    public Tensor<double> Mean { get; }

    /// <summary>The running variance of each channel (PyTorch's <c>running_var</c>), shape [C]; may be set in place.</summary>
    public Tensor<double> Variance { get; }

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

    /// <summary>Back to mean 0, variance 1 and no batches.</summary>
    public void Reset()
    {
        Mean.Fill(0);
        Variance.Fill(1);
        BatchesTracked = 0;
        BatchesSkipped = 0;
    }

    /// <summary>Takes in a batch.</summary>
    /// <param name="batch">The batch's moments, one per channel.</param>
    /// <exception cref="ArgumentException">There is not one value per channel, or a channel has no variance by the chosen estimator.</exception>
    /// <exception cref="ArithmeticException">The batch holds NaN or infinity, and the policy is to throw.</exception>
    public void Update(ReadOnlySpan<Moments> batch)
    {
        Span<double> mean = Mean.Elements();
        Span<double> variance = Variance.Elements();
        SpanChecks.Length(batch, mean.Length);
        if (FirstUnusable(batch) is var unusable and >= 0)
        {
            if (batch[unusable].IsFinite)
            {
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Channel {unusable} has {batch[unusable].Count} values: too few for a variance."),
                    nameof(batch));
            }

            Skip(unusable);
            return;
        }

        double weight = _average.WeightOfNext(BatchesTracked);
        for (int c = 0; c < batch.Length; c++)
        {
            double batchVariance =
                _estimator == VarianceEstimator.Sample ? batch[c].SampleVariance : batch[c].PopulationVariance;
            mean[c] += weight * (batch[c].Mean - mean[c]);
            variance[c] += weight * (batchVariance - variance[c]);
        }

        BatchesTracked++;
    }

    private int FirstUnusable(ReadOnlySpan<Moments> batch)
    {
        int fewest = _estimator == VarianceEstimator.Sample ? 2 : 1;
        for (int c = 0; c < batch.Length; c++)
        {
            if (!batch[c].IsFinite || !(batch[c].Count >= fewest))
            {
                return c;
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
