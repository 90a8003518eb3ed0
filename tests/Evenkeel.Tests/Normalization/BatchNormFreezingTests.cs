using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Normalization;

public class BatchNormFreezingTests
{
    public static TheoryData<StatisticsSource, StatisticsUpdate, Pass> Combinations
    {
        get
        {
            var data = new TheoryData<StatisticsSource, StatisticsUpdate, Pass>();
            foreach (StatisticsSource source in Enum.GetValues<StatisticsSource>())
            {
                foreach (StatisticsUpdate update in Enum.GetValues<StatisticsUpdate>())
                {
                    data.Add(source, update, Pass.Training);
                    data.Add(source, update, Pass.Inference);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Source_and_update_are_independent(StatisticsSource source, StatisticsUpdate update, Pass pass)
    {
        bool usesBatch = source == StatisticsSource.Batch || (source == StatisticsSource.ByPass && pass == Pass.Training);
        bool updates = update == StatisticsUpdate.InTraining && pass == Pass.Training;
        var layer = new BatchNorm(1) { Source = source, Update = update };
        Assert.Equal(source == StatisticsSource.Running && update == StatisticsUpdate.Never, layer.IsFrozen);

        // Mean 5 and variance 4, against the running 0 and 1.
        float first = layer.Forward(TestData.Tensor<float>([3, 7], 2, 1), pass)[0, 0];

        Assert.Equal(usesBatch ? -1 : 3, first, 1e-4f);
        Assert.Equal(updates ? 1 : 0, layer.RunningStatistics!.BatchesTracked);
        Assert.Equal(updates ? 0.5 : 0, layer.RunningStatistics.Mean[0], 1e-12);
        Assert.Equal(updates ? 0.9 + 0.1 * 8 : 1, layer.RunningStatistics.Variance[0], 1e-12);
        Assert.Equal((source, update), (layer.Source, layer.Update));
    }

    [Fact]
    public void Unfreezing_brings_back_what_was_before_the_freeze_and_nothing_older()
    {
        var norm = new BatchNorm(3) { Source = StatisticsSource.Batch };
        norm.Freeze();
        norm.Freeze();
        norm.Unfreeze();
        Assert.Equal((StatisticsSource.Batch, StatisticsUpdate.InTraining), (norm.Source, norm.Update));

        norm.Source = StatisticsSource.Running;
        norm.Update = StatisticsUpdate.Never;
        norm.Unfreeze();
        Assert.True(norm.IsFrozen);

        norm = new BatchNorm(3);
        norm.Freeze();
        norm.Source = StatisticsSource.Batch;
        norm.Unfreeze();
        Assert.Equal((StatisticsSource.Batch, StatisticsUpdate.Never), (norm.Source, norm.Update));
    }

    [Fact]
    public void Frozen_stays_frozen_whatever_passes_come()
    {
        var pair = new BatchNormPair(3);
        pair.Step(Pass.Training, [8, 3]);
        pair.Layer.Freeze();
        double[] before = State(pair.Layer);

        foreach (Pass pass in (Pass[])[Pass.Training, Pass.Inference, Pass.Training, Pass.Training])
        {
            pair.Step(pass, [8, 3]);
            Assert.True(pair.Layer.IsFrozen);
            Assert.Equal(before, State(pair.Layer));
        }

        pair.Layer.Unfreeze();
        Assert.False(pair.Layer.IsFrozen);
        pair.Step(Pass.Training, [8, 3]);
        Assert.NotEqual(before, State(pair.Layer));
    }

    private static double[] State(BatchNorm layer) =>
        [.. layer.RunningStatistics!.Mean, .. layer.RunningStatistics.Variance, layer.RunningStatistics.BatchesTracked];
}
