using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Studies.Probes;

namespace Evenkeel.Studies.Tests.Probes;

public class StatisticsProbeTests
{
    private static readonly Tensor<float>[] Batches = [.. Enumerable.Range(0, 5).Select(batch =>
    {
        float[] numbers = new float[3 * 6];
        new RandomSource(2).Next().FillNormal(numbers, 1, 1, (ulong)(batch * 32));
        return Tensor.Create(numbers, [3, 6]);
    })];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_weights_that_stay_the_last_batches_are_as_one(bool corrects)
    {
        (IReadOnlyList<Moments> estimate, IReadOnlyList<Moments> truth) = Run(corrects, growth: 1);
        Assert.All(estimate.Zip(truth), pair =>
        {
            Assert.Equal(pair.Second.Mean, pair.First.Mean, 1e-5);
            Assert.Equal(pair.Second.PopulationVariance, pair.First.PopulationVariance, 1e-5);
        });
    }

    [Fact]
    public void With_weights_that_move_only_carried_means_are_those_at_todays_weights()
    {
        (IReadOnlyList<Moments> carried, IReadOnlyList<Moments> truth) = Run(corrects: true, growth: 1.2f);
        Assert.All(carried.Zip(truth), pair => Assert.Equal(pair.Second.Mean, pair.First.Mean, 1e-4));
        (IReadOnlyList<Moments> naive, _) = Run(corrects: false, growth: 1.2f);
        Assert.Contains(naive.Zip(truth), pair => Math.Abs(pair.Second.Mean - pair.First.Mean) > 0.1);
    }

    /// <summary>
    /// What a window of three estimates at the fifth batch, and the moments of the last three batches at the weights of that time.
    /// </summary>
    private static (IReadOnlyList<Moments> Estimate, IReadOnlyList<Moments> Truth) Run(bool corrects, float growth)
    {
        var linear = new Linear(6, 4, new RandomSource(1), bias: false);
        var probe = new StatisticsProbe(linear, window: 3, corrects) { IsOn = true };
        foreach (Tensor<float> batch in Batches)
        {
            TensorPrimitives.Multiply(linear.Weight.Value.Elements(), growth, linear.Weight.Value.Elements());
            probe.Forward(linear.Forward(batch, Pass.Training), Pass.Training);
        }

        Tensor<float> last = Tensor.Concatenate<float>(Batches.AsSpan()[2..]);
        return (probe.Estimate, LayerMoments.Of(linear.Forward(last, Pass.Training)));
    }
}
