using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Training;

public class GradientClippingTests
{
    [Fact]
    public void The_norm_is_that_of_all_gradients_together_at_every_length()
    {
        foreach (int length in Shapes.AroundVectors)
        {
            Parameter first = Make(length, seed: 1), second = Make(5, seed: 2), kept = Make(5, seed: 3);
            kept.IsTrainable = false;
            double expected = Math.Sqrt(first.Gradient.Concat(second.Gradient).Sum(g => (double)g * g));
            Assert.Equal(expected, GradientClipping.Norm([first, kept, second]), 1e-12 * expected);
        }

        Parameter huge = Make(4, seed: 1);
        huge.Gradient.Fill(3e38f);
        Assert.Equal(2 * (double)3e38f, GradientClipping.Norm([huge]), 1e25);
    }

    [Fact]
    public void Gradients_within_the_limit_or_not_finite_stay()
    {
        Parameter parameter = Make(40, seed: 1);
        float[] before = [.. parameter.Gradient];
        GradientClipping.ByNorm(1.001 * GradientClipping.Norm([parameter])).Apply([parameter]);
        Assert.Equal(before, parameter.Gradient);
        foreach (float bad in (float[])[float.NaN, float.PositiveInfinity])
        {
            parameter.Gradient[7] = before[7] = bad;
            GradientClipping.ByNorm(0.1).Apply([parameter]);
            Assert.Equal(before, parameter.Gradient);
        }
    }

    [Fact]
    public void Gradients_beyond_the_limit_are_limited()
    {
        Parameter parameter = Make(1000, seed: 1), kept = Make(3, seed: 2);
        kept.IsTrainable = false;
        float[] before = [.. kept.Gradient];
        GradientClipping.ByNorm(0.5).Apply([parameter, kept]);
        Assert.Equal(0.5, GradientClipping.Norm([parameter]), 1e-6);
        GradientClipping.ByValue(0.01).Apply([parameter, kept]);
        Assert.Equal(0.01f, parameter.Gradient.Max(Math.Abs));
        Assert.Equal(before, kept.Gradient);
    }

    [Fact]
    public void A_trainer_limits_before_each_step_and_allocates_nothing()
    {
        var network = new Linear(3, 2, new RandomSource(1));
        var trainer = new Trainer<float>(network, new MeanSquaredError(), new Sgd(1)) { Clipping = GradientClipping.ByNorm(1e-3) };
        float[] before = [.. network.Weight.Value];
        var (inputs, targets) = (TestData.Tensor(TestData.Uniform(12, seed: 1), 4, 3), TestData.Tensor(TestData.Uniform(8, seed: 2), 4, 2));
        trainer.Step(inputs, targets);
        Assert.InRange(network.Weight.Value.Zip(before, (a, b) => Math.Abs(a - b)).Max(), 1e-6, 1e-3);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        trainer.Step(inputs, targets);
        Assert.Equal(allocated, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(1e39)]
    public void A_limit_is_finite_and_above_zero(double bad)
    {
        AssertRefused<ArgumentOutOfRangeException>(() => GradientClipping.ByNorm(bad), "maxNorm", "finite and above 0");
        AssertRefused<ArgumentOutOfRangeException>(() => GradientClipping.ByValue(bad), "maxValue", "finite and above 0");
    }

    private static Parameter Make(int length, int seed)
    {
        var parameter = new Parameter("weight", length);
        TestData.Uniform(length, seed).CopyTo(parameter.Gradients);
        return parameter;
    }
}
