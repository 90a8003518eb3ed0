using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
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
        var gradient = new float[linear.Weight.Length];
        ((IChannelwiseLinear)linear).SumInputs([.. x.Select((value, i) => (float)(2 * (value - moments[i % 5].Mean) / 6))], gradient);
        past.Record(moments, gradient);

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

    [Theory]
    [InlineData(1e20f)]
    [InlineData(1e30f)]
    public void A_batch_whose_gradients_overflow_does_not_stay_in_the_window(float huge)
    {
        foreach (CrossIterationRule rule in Enum.GetValues<CrossIterationRule>())
        {
            var linear = new Linear(4, 5, new RandomSource(1));
            CrossIterationOptions options = new() { Window = 3, Rule = rule };
            CrossIterationBatchNorm norm = new(linear, options), spared = new(linear, options);
            for (int step = 0; step < 12; step++)
            {
                bool isHuge = step is 1 or 5 or 6;
                float[] x = Array.ConvertAll(TestData.Uniform(24, step), value => isHuge ? huge * value : value);
                Tensor<float> input = linear.Forward(TestData.Tensor(x, 6, 4), Pass.Training);
                float[] y = [.. norm.Forward(input, Pass.Training)];
                Assert.All(y, value => Assert.True(float.IsFinite(value)));
                if (!isHuge)
                {
                    Closeness.AssertSameBits([.. spared.Forward(input, Pass.Training)], y);
                }

                linear.Weight.Values[step] += 0.1f;
                linear.Bias!.Values[step % 5] += 0.1f;
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_bad_value_makes_its_channel_NaN_touches_no_other_and_does_not_stay(float bad)
    {
        var linear = new Linear(4, 5, new RandomSource(1));
        CrossIterationOptions options = new() { Window = 3 };
        CrossIterationBatchNorm norm = new(linear, options), clean = new(linear, options), spared = new(linear, options);
        for (int step = 0; step < 6; step++)
        {
            Tensor<float> input = linear.Forward(TestData.Tensor(TestData.Uniform(24, step), 6, 4), Pass.Training);
            Tensor<float> gradient = TestData.Tensor(TestData.Uniform(30, step), 6, 5);
            if (step == 3)
            {
                float[] expected = [.. clean.Forward(input, Pass.Training)], expectedGradient = [.. clean.Backward(gradient)];
                input[2, 1] = bad;
                AssertSpoiled(expected, [.. norm.Forward(input, Pass.Training)]);
                AssertSpoiled(expectedGradient, [.. norm.Backward(gradient)]);
            }
            else
            {
                clean.Forward(input, Pass.Training);
                Closeness.AssertSameBits([.. spared.Forward(input, Pass.Training)], [.. norm.Forward(input, Pass.Training)]);
            }

            linear.Weight.Values[step] += 0.1f;
        }

        Assert.Equal(spared.RunningStatistics!.Variance, norm.RunningStatistics!.Variance);

        static void AssertSpoiled(float[] expected, float[] actual) =>
            Closeness.AssertSameBits([.. expected.Select((value, i) => i % 5 == 1 ? float.NaN : value)], actual);
    }

    [Fact]
    public void Refuses_what_the_layer_before_did_not_give_last_before_anything_changes()
    {
        var linear = new Linear(4, 5, new RandomSource(1));
        var norm = new CrossIterationBatchNorm(linear, new() { Window = 3, BurnIn = 1 });
        var relu = new Relu();
        Tensor<float> large = TestData.Tensor(TestData.Uniform(24, seed: 1), 6, 4),
            small = TestData.Tensor(TestData.Uniform(12, seed: 2), 3, 4);
        Refused(TestData.Tensor(TestData.Uniform(30, seed: 1), 6, 5));
        for (int step = 0; step < 3; step++)
        {
            Tensor<float> output = linear.Forward(large, Pass.Training);
            Refused(relu.Forward(output, Pass.Training));
            Refused(TestData.Tensor<float>([.. output], 6, 5));
            Tensor<float> later = linear.Forward(small, Pass.Training);
            Refused(output);
            norm.Forward(later, Pass.Training);
            norm.Forward(linear.Forward(large, Pass.Training), Pass.Training);
        }

        void Refused(Tensor<float> input)
        {
            (long, long) before = (norm.Steps, norm.RunningStatistics!.BatchesTracked);
            double[] mean = [.. norm.RunningStatistics.Mean];
            Refusals.AssertRefused<ArgumentException>(
                () => norm.Forward(input, Pass.Training), "input", "[6, 5] is not the last output of the preceding layer");
            Assert.Equal(before, (norm.Steps, norm.RunningStatistics.BatchesTracked));
            Assert.Equal(mean, norm.RunningStatistics.Mean);
        }
    }

    [Fact]
    public void Passes_that_the_window_has_no_part_in_take_any_input()
    {
        Tensor<float> input = TestData.Tensor(TestData.Uniform(30, seed: 1), 6, 5);
        var norm = new CrossIterationBatchNorm(new Linear(4, 5, new RandomSource(1)), new() { Window = 3 });
        norm.Forward(input, Pass.Inference);
        norm.Source = StatisticsSource.Batch;
        norm.Forward(input, Pass.Inference);
        norm.Source = StatisticsSource.Running;
        norm.Forward(input, Pass.Training);
        Assert.Equal(1, norm.RunningStatistics!.BatchesTracked);
    }

    [Fact]
    public void A_window_of_one_asks_nothing_of_the_layer_before()
    {
        var norm = new CrossIterationBatchNorm(new Unasked(), new() { Window = 1 });
        for (int step = 0; step < 3; step++)
        {
            norm.Forward(TestData.Tensor(TestData.Uniform(30, step), 6, 5), Pass.Training);
        }

        Assert.Equal(3, norm.Steps);
    }

    [Fact]
    public void A_window_takes_memory_as_it_fills()
    {
        var linear = new Linear(500, 500, new RandomSource(1));
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = new CrossIterationBatchNorm(linear, new() { Window = 1000 });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void A_window_of_one_is_batch_normalization_to_the_last_bit() => Properties.Check(Properties.Batches, drawn =>
    {
        (int seed, ChannelView view, float center, float spread) = drawn;
        int samples = view.PerSet;
        var norm = new CrossIterationBatchNorm(new Linear(3, view.Channels, new RandomSource(1)), new() { Window = 1 });
        var batch = new BatchNorm(view.Channels);
        foreach (ChannelNormalization each in (ChannelNormalization[])[norm, batch])
        {
            TestData.Uniform(view.Channels, seed + 2).CopyTo(each.Weight!.Values);
            TestData.Uniform(view.Channels, seed + 3).CopyTo(each.Bias!.Values);
        }

        for (int step = 0; step < 2; step++)
        {
            float[] values = TestData.Channels(new ChannelView(samples, view.Channels, 1), seed + step, center, spread);
            Tensor<float> x = TestData.Tensor(values, samples, view.Channels);
            Tensor<float> dy = TestData.Tensor(TestData.Uniform(view.Length, seed + 5), samples, view.Channels);
            Closeness.AssertSameBits([.. batch.Forward(x, Pass.Training)], [.. norm.Forward(x, Pass.Training)]);
            Closeness.AssertSameBits([.. batch.Backward(dy)], [.. norm.Backward(dy)]);
            Closeness.AssertSameBits(batch.Weight!.Gradients, norm.Weight!.Gradients);
            Closeness.AssertSameBits(batch.Bias!.Gradients, norm.Bias!.Gradients);
            Closeness.AssertSameBits([.. batch.Forward(x, Pass.Inference)], [.. norm.Forward(x, Pass.Inference)]);
        }

        Assert.Equal(batch.RunningStatistics!.Mean, norm.RunningStatistics!.Mean);
        Assert.Equal(batch.RunningStatistics.Variance, norm.RunningStatistics.Variance);
    });

    [Fact]
    public void Steps_are_the_training_passes_that_batch_or_window_normalize()
    {
        var linear = new Linear(4, 5, new RandomSource(1));
        var norm = new CrossIterationBatchNorm(linear, new() { Window = 3, BurnIn = 2 });
        Assert.Equal((0, 1), (After(Pass.Inference), After(Pass.Training)));
        norm.Freeze();
        Assert.Equal(1, After(Pass.Training));
        norm.Unfreeze();
        norm.Source = StatisticsSource.Running;
        Assert.Equal(1, After(Pass.Training));
        norm.Source = StatisticsSource.Batch;
        Assert.Equal((1, 2, 3, 4), (After(Pass.Inference), After(Pass.Training), After(Pass.Training), After(Pass.Training)));

        long After(Pass pass)
        {
            norm.Forward(linear.Forward(TestData.Tensor(TestData.Uniform(24, seed: 1), 6, 4), pass), pass);
            return norm.Steps;
        }
    }

    [Fact]
    public void Inference_leaves_the_window_alone_and_a_frozen_pass_empties_it_but_leaves_the_steps()
    {
        var linear = new Linear(4, 5, new RandomSource(1));
        Tensor<float> first = TestData.Tensor(TestData.Uniform(24, seed: 1), 6, 4),
            second = TestData.Tensor(TestData.Uniform(24, seed: 2), 6, 4);
        var norm = new CrossIterationBatchNorm(linear, new() { Window = 3 });
        float[] alone = Forward(second, Pass.Training);
        norm = new CrossIterationBatchNorm(linear, new() { Window = 3 });
        Forward(first, Pass.Training);
        float[] expected = Forward(second, Pass.Training);
        Assert.NotEqual(alone, expected);

        norm = new CrossIterationBatchNorm(linear, new() { Window = 3 });
        Forward(first, Pass.Training);
        Forward(second, Pass.Inference);
        Assert.Equal(expected, Forward(second, Pass.Training));

        norm.Freeze();
        Forward(second, Pass.Training);
        norm.Unfreeze();
        Assert.Equal(2, norm.Steps);
        Assert.Equal(alone, Forward(second, Pass.Training));

        float[] Forward(Tensor<float> input, Pass pass) => [.. norm.Forward(linear.Forward(input, pass), pass)];
    }

    /// <summary>A layer of 5 channels that may not be asked about its last pass.</summary>
    private sealed class Unasked : IChannelwiseLinear
    {
        public int Outputs => 5;

        public Parameter Weight { get; } = new("weight", 5, 4);

        public Parameter? Bias => null;

        public bool IsLastOutput(Tensor<float> tensor) => throw new InvalidOperationException();

        public void MeanInput(Span<float> mean) => throw new InvalidOperationException();

        public void SumInputs(ReadOnlySpan<float> upstream, Span<float> sums) => throw new InvalidOperationException();
    }
}
