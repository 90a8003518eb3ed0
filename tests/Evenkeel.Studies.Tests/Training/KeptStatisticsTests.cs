using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Studies.Training;

namespace Evenkeel.Studies.Tests.Training;

public class KeptStatisticsTests
{
    [Fact]
    public void Statistics_are_restored_also_within_blocks()
    {
        BatchNorm outer = new(2), inner = new(2);
        var network = new Sequential(outer, new Residual(inner));
        var kept = new KeptStatistics(network);
        network.Forward(Tensor.Create([1f, 2, 3, 5], [2, 2]), Pass.Training);
        Assert.All([outer, inner], layer => Assert.NotEqual([1, 1], layer.RunningStatistics!.Variance.ToArray()));
        kept.Restore();
        Assert.All([outer, inner], layer => Assert.Equal([0, 0], layer.RunningStatistics!.Mean.ToArray()));
        Assert.All([outer, inner], layer => Assert.Equal([1, 1], layer.RunningStatistics!.Variance.ToArray()));
    }
}
