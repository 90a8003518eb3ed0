using System.Globalization;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>
/// Mean and variance of what reaches a layer, estimated batch by batch; a batch that is not finite in a channel is left out of it.
/// </summary>
internal abstract class PopulationEstimate
{
    public static PopulationEstimate Of(RecalibrationEstimate estimate, int channels) => estimate switch
    {
        RecalibrationEstimate.Pooled => new Pooled(channels),
        RecalibrationEstimate.AverageOfBatches => new AverageOfBatches(channels),
        _ => throw new ArgumentOutOfRangeException(nameof(estimate), estimate, "There is no such estimate."),
    };

    /// <summary>Takes in a batch's moments, one per channel.</summary>
    public abstract void Add(ReadOnlySpan<Moments> batch);

    /// <summary>Sets running statistics to the estimate, or throws where there were too few values for one.</summary>
    public abstract void SetTo(RunningMoments statistics);

    private static ArgumentException Refused(string problem, string name = "batches") => new(problem, name);

    private static ArgumentException TooFew(int channel) => Refused(
        string.Create(CultureInfo.InvariantCulture, $"The batches hold too few finite values in channel {channel} for a variance."));

    private sealed class Pooled(int channels) : PopulationEstimate
    {
        private readonly Moments[] _moments = new Moments[channels];

        public override void Add(ReadOnlySpan<Moments> batch)
        {
            for (int c = 0; c < batch.Length; c++)
            {
                if (batch[c].IsFinite)
                {
                    _moments[c] = Moments.Merge(_moments[c], batch[c]);
                }
            }
        }

        public override void SetTo(RunningMoments statistics)
        {
            for (int c = 0; c < _moments.Length; c++)
            {
                if (!(_moments[c].Count >= statistics.MinValues))
                {
                    throw TooFew(c);
                }

                statistics.Set(c, _moments[c].Mean, statistics.VarianceOf(_moments[c]));
            }
        }
    }

    private sealed class AverageOfBatches(int channels) : PopulationEstimate
    {
        private readonly Moments[] _means = new Moments[channels];
        private readonly Moments[] _variances = new Moments[channels];

        public override void Add(ReadOnlySpan<Moments> batch)
        {
            if (batch[0].Count < 2)
            {
                throw Refused(
                    "A batch, or a part that is normalized by itself, has one value per channel and thus no variance to average: "
                    + "pool the values, or take larger batches.");
            }

            for (int c = 0; c < batch.Length; c++)
            {
                if (batch[c].IsFinite)
                {
                    _means[c] = Moments.Merge(_means[c], Moments.Of(batch[c].Mean));
                    _variances[c] = Moments.Merge(_variances[c], Moments.Of(batch[c].SampleVariance));
                }
            }
        }

        public override void SetTo(RunningMoments statistics)
        {
            for (int c = 0; c < _means.Length; c++)
            {
                if (_means[c].Count == 0)
                {
                    throw TooFew(c);
                }

                statistics.Set(c, _means[c].Mean, _variances[c].Mean);
            }
        }
    }
}
