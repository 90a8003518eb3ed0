using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Golden;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Normalization;

public class CrossIterationBatchNormTests
{
    [Fact]
    public void A_carried_iteration_misses_the_variance_by_its_second_order_alone()
    {
        // ν_true = ν_carried + Δᵀ·mean(ppᵀ)·Δ, and the mean is exact: so the variance misses by that term.
        GoldenValues step = GoldenFile.Read("cross-iteration-taylor-step").Steps[0];
        Tensor<float> input = GoldenComparison.Tensor(step["input"]);
        var linear = new Linear(4, 5, new RandomSource(1), bias: false);
        var past = new PastStatistics(linear);
        Set(step["linear_weight"]);
        float[] x = [.. linear.Forward(input, Pass.Training)];
        var moments = new Moments[5];
        ChannelMoments.Compute(x, new ChannelView(6, 5, 1), moments);
        past.Record(moments, [.. x.Select((value, i) => (float)(2 * (value - moments[i % 5].Mean) / 6))]);

        Set(step["later_weight"]);
        past.Carry();

        for (int c = 0; c < 5; c++)
        {
            (double mean, double variance) = past.Carried(c);
            double later = step["later_mean"].Doubles[c];
            Assert.Equal(later, mean, Tolerances.Product);
            Assert.Equal(
                step["later_mean_square"].Doubles[c] - step["second_order"].Doubles[c] - later * later, variance, 20 * Tolerances.Product);
        }

        void Set(GoldenTensor weight) => weight.Floats.CopyTo(linear.Weight.Values);
    }

    [Fact]
    public void A_cleared_window_begins_as_a_new_layer_does()
    {
        var linear = new Linear(4, 5, new RandomSource(1));
        CrossIterationBatchNorm used = new(linear, new() { Window = 3 }), fresh = new(linear, new() { Window = 3 });
        for (int seed = 0; seed < 3; seed++)
        {
            used.Forward(linear.Forward(TestData.Tensor(TestData.Uniform(24, seed), 6, 4), Pass.Training), Pass.Training);
        }

        Tensor<float> input = linear.Forward(TestData.Tensor(TestData.Uniform(24, 9), 6, 4), Pass.Training);
        float[] expected = [.. fresh.Forward(input, Pass.Training)];
        used.ClearWindow();
        float[] cleared = [.. used.Forward(input, Pass.Training)];
        Assert.Equal(expected, cleared);
    }

    [Fact]
    public void Steps_cannot_be_negative()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new CrossIterationBatchNorm(new Linear(4, 5, new RandomSource(1))) { Steps = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchRenorm(3) { Steps = -1 });
    }

    [Fact]
    public void A_batch_that_is_not_finite_does_not_stay_in_the_window()
    {
        Assert.Equal(Last(1, 2), Last(1, -1, 2));
        Assert.NotEqual(Last(1, 2), Last(3, 2));

        static float[] Last(params int[] seeds)
        {
            var linear = new Linear(4, 5, new RandomSource(1));
            var norm = new CrossIterationBatchNorm(linear, new() { Window = 2 });
            float[] y = [];
            foreach (int seed in seeds)
            {
                float[] x = seed < 0 ? [.. Enumerable.Repeat(float.NaN, 24)] : TestData.Uniform(24, seed);
                y = [.. norm.Forward(linear.Forward(TestData.Tensor(x, 6, 4), Pass.Training), Pass.Training)];
                linear.Weight.Values[0] += seed < 0 ? 0 : 0.1f;
            }

            return y;
        }
    }

    [Fact]
    public void Inference_and_frozen_passes_leave_the_window_and_the_steps_alone()
    {
        var linear = new Linear(4, 5, new RandomSource(1));
        var norm = new CrossIterationBatchNorm(linear, new() { Window = 3 });
        Tensor<float> first = TestData.Tensor(TestData.Uniform(24, seed: 1), 6, 4), second = TestData.Tensor(TestData.Uniform(24, seed: 2), 6, 4);
        Forward(first, Pass.Training);
        float[] expected = Forward(second, Pass.Training);

        norm = new CrossIterationBatchNorm(linear, new() { Window = 3 });
        Forward(first, Pass.Training);
        Forward(second, Pass.Inference);
        norm.Freeze();
        Forward(second, Pass.Training);
        norm.Unfreeze();
        Assert.Equal(expected, Forward(second, Pass.Training));

        float[] Forward(Tensor<float> input, Pass pass) => [.. norm.Forward(linear.Forward(input, pass), pass)];
    }
}
