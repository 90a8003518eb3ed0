using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>Mean and variance of what reaches a layer, estimated batch by batch; a batch that is not finite is left out.</summary>
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

    private sealed class Pooled(int channels) : PopulationEstimate
    {
        private readonly Moments[] _moments = new Moments[channels];

        public override void Add(ReadOnlySpan<Moments> batch)
        {
            if (RunningMoments.FirstNonFinite(batch) >= 0)
            {
                return;
            }

            for (int c = 0; c < batch.Length; c++)
            {
                _moments[c] = Moments.Merge(_moments[c], batch[c]);
            }
        }

        public override void SetTo(RunningMoments statistics)
        {
            if (!(_moments[0].Count >= statistics.FewestValues))
            {
                throw Refused("The batches hold too few finite values per channel for a variance.");
            }

            for (int c = 0; c < _moments.Length; c++)
            {
                statistics.Set(c, _moments[c].Mean, statistics.VarianceOf(_moments[c]));
            }
        }
    }

    private sealed class AverageOfBatches(int channels) : PopulationEstimate
    {
        private readonly RunningStatistics _average =
            new(channels, RunningAverage.Cumulative, VarianceEstimator.Sample, NonFinitePolicy.Skip);

        public override void Add(ReadOnlySpan<Moments> batch)
        {
            if (batch[0].Count < 2)
            {
                throw Refused(
                    "A batch, or a part of it that is normalized by itself, has one value per channel, which has no variance to average: pool the values, or take larger batches.");
            }

            _average.Update(batch);
        }

        public override void SetTo(RunningMoments statistics)
        {
            if (_average.BatchesTracked == 0)
            {
                throw Refused("The batches hold too few finite values per channel for a variance.");
            }

            for (int c = 0; c < _average.Mean.FlattenedLength; c++)
            {
                statistics.Set(c, _average.Mean[c], _average.Variance[c]);
            }
        }
    }
}
