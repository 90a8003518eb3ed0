using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Studies.Probes;
using Evenkeel.Studies.Training;

namespace Evenkeel.Studies.Tests.Training;

public class MovingNoiseTests
{
    private const int Samples = 4_000;
    private const int Units = 50;

    private static readonly Tensor<float> Ones = Tensor.Create([.. Enumerable.Repeat(1f, Samples * Units)], [Samples, Units]);

    [Fact]
    public void Units_are_moved_each_in_its_own_way_and_anew_at_each_step()
    {
        var noise = new MovingNoise(new RandomSource(3));
        Moments[] first = LayerMoments.Of(noise.Forward(Ones, Pass.Training));
        Moments[] second = LayerMoments.Of(noise.Forward(Ones, Pass.Training));

        // Of x = 1: s + m, around 1.125 ± 0.125 ± 0.5; within a unit the variance of m is 0.2²/12, that of s 0.1².
        Assert.All(first.Concat(second), unit => Assert.InRange(unit.Mean, 0.49, 1.76));
        Assert.All(first, unit => Assert.InRange(unit.PopulationVariance, 0.9 * (0.04 / 12 + 0.01), 1.1 * (0.04 / 12 + 0.01)));
        Assert.InRange(first.Average(unit => unit.Mean), 0.95, 1.3);
        Assert.InRange(first.Zip(second, (a, b) => Math.Abs(a.Mean - b.Mean)).Average(), 0.25, 0.45);
    }

    [Fact]
    public void Inference_is_the_average_of_training() =>
        Assert.All(new MovingNoise(new RandomSource(3)).Forward(Ones, Pass.Inference), y => Assert.Equal(1.125f, y));

    [Fact]
    public void The_gradient_is_that_of_the_last_pass()
    {
        var noise = new MovingNoise(new RandomSource(3));
        Tensor<float> at = noise.Forward(Ones, Pass.Training);
        float[] first = [.. at];
        Tensor<float> gradient = noise.Backward(Ones);
        var again = new MovingNoise(new RandomSource(3));
        Tensor<float> twice = Tensor.Multiply(Ones, 2f);
        float[] second = [.. again.Forward(twice, Pass.Training)];
        Assert.All(gradient.Index(), factor => Assert.Equal(second[factor.Index] - first[factor.Index], factor.Item, 1e-5f));
    }
}
