using Evenkeel.Normalization;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Normalization.Statistics;

public class RunningAverageTests
{
    [Fact]
    public void Momentum_means_what_each_framework_means_by_it()
    {
        Assert.Equal(RunningAverage.Exponential(0.1), RunningAverage.FromPyTorch(0.1));
        Assert.Equal(RunningAverage.Cumulative, RunningAverage.FromPyTorch(null));
        Assert.Equal(0.01, RunningAverage.FromKeras(0.99).WeightOfNext(7), 1e-15);
        Assert.Equal(0.1, RunningAverage.FromOnnx(0.9).WeightOfNext(7), 1e-15);
        Assert.Equal(1, RunningAverage.FromOnnx(0).WeightOfNext(7));
        Assert.Equal([1, 1.0 / 2, 1.0 / 3], Enumerable.Range(0, 3).Select(n => RunningAverage.Cumulative.WeightOfNext(n)));
    }

    [Fact]
    public void Options_of_other_frameworks_have_their_variance_and_epsilon_too()
    {
        Assert.Equal(new BatchNormOptions(), BatchNormOptions.FromPyTorch());
        BatchNormOptions keras = BatchNormOptions.FromKeras(), onnx = BatchNormOptions.FromOnnx();
        Assert.Equal((1e-3, VarianceEstimator.Population), (keras.Epsilon, keras.RunningVariance));
        Assert.Equal((-1, 1), (keras.ChannelAxis, onnx.ChannelAxis));
        Assert.Equal((1e-5, VarianceEstimator.Population), (onnx.Epsilon, onnx.RunningVariance));
        Assert.Equal(0.01, keras.RunningAverage!.WeightOfNext(7), 1e-15);
        Assert.Equal(0.1, onnx.RunningAverage!.WeightOfNext(7), 1e-15);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Refuses_momentum_that_leaves_the_new_batch_nothing_or_more_than_all(double momentum)
    {
        AssertRefused<ArgumentOutOfRangeException>(() => RunningAverage.FromKeras(momentum), "momentum", "below 1");
        AssertRefused<ArgumentOutOfRangeException>(() => RunningAverage.FromOnnx(momentum), "momentum", "below 1");
    }
}
