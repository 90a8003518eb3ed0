using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Numerics.Loops;

/// <summary>Moments, gradient sums and sums of channels, which share one loop.</summary>
public class ChannelReductionTests
{
    [Fact]
    public void Moments_are_those_of_two_sweeps_in_double_precision()
    {
        foreach (ChannelView view in Views.All)
        {
            foreach ((float center, float spread) in (ReadOnlySpan<(float, float)>)[(0, 1), (1e4f, 0.01f), (0, 1e30f), (0, 1e-42f)])
            {
                float[] x = TestData.Channels(view, seed: 1, center, spread);
                var moments = new Moments[view.Sets];
                ChannelMoments.Compute(x, view, moments);

                (double[] mean, double[] variance) = BatchNormReference.Statistics(TestData.Widen(x), view);
                Assert.All(moments, m => Assert.Equal(view.PerSet, m.Count));
                double tolerance = center == 0 ? Tolerances.DoubleSums : Tolerances.CancellingSums;
                AssertClose(mean, [.. moments.Select(m => m.Mean)], Tolerances.DoubleSums, what: $"mean of {view}");
                AssertClose(
                    variance, [.. moments.Select(m => m.PopulationVariance)], tolerance, what: $"variance of {view}");
            }
        }
    }

    [Fact]
    public void Gradient_sums_and_sums_are_those_of_a_plain_loop()
    {
        foreach (ChannelView view in Views.All)
        {
            float[] x = TestData.Channels(view, seed: 1), dy = TestData.Uniform(view.Length, seed: 2);
            double[] means = TestData.Widen(TestData.Uniform(view.Sets, seed: 3));
            var gradient = new double[view.Sets];
            var product = new double[view.Sets];
            for (int i = 0; i < view.Length; i++)
            {
                int channel = Views.SetOf(view, i);
                gradient[channel] += dy[i];
                product[channel] += dy[i] * (x[i] - means[channel]);
            }

            var gradientSums = new GradientSums[view.Sets];
            var sums = new double[view.Sets];
            ChannelGradientSums.Compute(dy, x, view, means, gradientSums);
            ChannelSums.Compute(dy, view, sums);

            double tolerance = view.PerSet * Tolerances.DoubleSums;
            AssertClose(gradient, sums, tolerance, 1, $"sum of {view}");
            AssertClose(gradient, [.. gradientSums.Select(s => s.Gradient)], tolerance, 1, $"Σ dy of {view}");
            AssertClose(product, [.. gradientSums.Select(s => s.GradientTimesDeviation)], tolerance, 1, $"Σ dy·(x − mean) of {view}");
        }
    }

    [Fact]
    public void Sums_that_need_no_rounding_are_exact_in_every_layout()
    {
        // Whole numbers: whatever the order, there is one right result.
        foreach (ChannelView view in Views.All)
        {
            float[] x = Array.ConvertAll(TestData.Uniform(view.Length, seed: 1), value => MathF.Round(1000 * value));
            var expected = new double[view.Sets];
            for (int i = 0; i < view.Length; i++)
            {
                expected[Views.SetOf(view, i)] += x[i];
            }

            var sums = new double[view.Sets];
            ChannelSums.Compute(x, view, sums);
            Assert.Equal(expected, sums);
        }
    }

    [Fact]
    public void Results_do_not_depend_on_what_stood_in_their_place()
    {
        var view = new ChannelView(4, 3, 5);
        float[] x = TestData.Channels(view, seed: 1);
        Moments[] fresh = new Moments[3], used = [.. Enumerable.Repeat(new Moments(9, 9, 9), 3)];
        ChannelMoments.Compute(x, view, fresh);
        ChannelMoments.Compute(x, view, used);
        Assert.Equal(fresh, used);
    }

    [Fact]
    public void Moments_of_constants_have_no_deviations_at_all_and_moments_of_finite_values_are_finite()
    {
        foreach (ChannelView view in Views.All)
        {
            var x = new float[view.Length];
            Array.Fill(x, -0.1f);
            var moments = new Moments[view.Sets];
            ChannelMoments.Compute(x, view, moments);
            Assert.All(moments, m => Assert.Equal(new Moments(view.PerSet, -0.1f, 0), m));

            x = Array.ConvertAll(TestData.RandomBits(view.Length, seed: 1), value => float.IsFinite(value) ? value : -float.MaxValue);
            ChannelMoments.Compute(x, view, moments);
            Assert.All(moments, m => Assert.True(m.IsFinite && m.SumOfSquaredDeviations >= 0));
        }
    }

    [Fact]
    public void Shares_of_unequal_size_merge_to_the_whole()
    {
        var view = new ChannelView(700, 19, 1);
        float[] x = TestData.Channels(view, seed: 1, center: 1e4f, spread: 0.01f), dy = TestData.Uniform(view.Length, seed: 2);
        double[] means = new double[19];
        (Moments[] whole, GradientSums[] wholeSums) = Compute(0, 700);

        var merged = new Moments[19];
        var mergedSums = new GradientSums[19];
        foreach ((int start, int end) in (ReadOnlySpan<(int, int)>)[(0, 1), (1, 37), (37, 512), (512, 700)])
        {
            (Moments[] part, GradientSums[] partSums) = Compute(start, end);
            for (int c = 0; c < 19; c++)
            {
                merged[c] = Moments.Merge(merged[c], part[c]);
                mergedSums[c] += partSums[c];
            }
        }

        Assert.Equal(whole.Select(m => m.Count), merged.Select(m => m.Count));
        AssertClose([.. whole.Select(m => m.Mean)], [.. merged.Select(m => m.Mean)], Tolerances.DoubleSums);
        AssertClose(
            [.. whole.Select(m => m.SumOfSquaredDeviations)],
            [.. merged.Select(m => m.SumOfSquaredDeviations)],
            Tolerances.CancellingSums);
        AssertClose([.. wholeSums.Select(s => s.Gradient)], [.. mergedSums.Select(s => s.Gradient)], Tolerances.DoubleSums);
        AssertClose(
            [.. wholeSums.Select(s => s.GradientTimesDeviation)],
            [.. mergedSums.Select(s => s.GradientTimesDeviation)],
            Tolerances.DoubleSums);

        (Moments[], GradientSums[]) Compute(int start, int end)
        {
            var part = new ChannelView(end - start, 19, 1);
            var moments = new Moments[19];
            var sums = new GradientSums[19];
            ChannelMoments.Compute(x.AsSpan(start * 19, part.Length), part, moments);
            ChannelGradientSums.Compute(dy.AsSpan(start * 19, part.Length), x.AsSpan(start * 19, part.Length), part, means, sums);
            return (moments, sums);
        }
    }

    [Fact]
    public void Empty_views_reduce_to_nothing()
    {
        foreach (ChannelView view in Views.Empty)
        {
            int channels = view.Sets;
            var moments = new Moments[channels];
            var sums = new double[channels];
            var gradientSums = new GradientSums[channels];
            ChannelMoments.Compute<float>([], view, moments);
            ChannelSums.Compute([], view, sums);
            ChannelGradientSums.Compute([], [], view, new double[channels], gradientSums);
            Assert.All(moments, m => Assert.Equal(Moments.Empty, m));
            Assert.All(sums, sum => Assert.Equal(0, sum));
            Assert.All(gradientSums, sum => Assert.Equal(default, sum));
        }
    }

    [Fact]
    public void Refuses_spans_that_do_not_have_the_view_s_length()
    {
        var view = new ChannelView(2, 3, 4);
        float[] right = new float[24], wrong = new float[23];
        AssertRefused<ArgumentException>(() => ChannelMoments.Compute(wrong, view, new Moments[3]), "x", "23", "24");
        AssertRefused<ArgumentException>(() => ChannelMoments.Compute(right, view, new Moments[4]), "moments", "4", "3");
        AssertRefused<ArgumentException>(() => ChannelSums.Compute(wrong, view, new double[3]), "x", "23", "24");
        AssertRefused<ArgumentException>(() => ChannelSums.Compute(right, view, new double[2]), "sums", "2", "3");
        AssertRefused<ArgumentException>(
            () => ChannelGradientSums.Compute(wrong, right, view, new double[3], new GradientSums[3]), "gradient", "23", "24");
        AssertRefused<ArgumentException>(
            () => ChannelGradientSums.Compute(right, wrong, view, new double[3], new GradientSums[3]), "x", "23", "24");
        AssertRefused<ArgumentException>(
            () => ChannelGradientSums.Compute(right, right, view, new double[2], new GradientSums[3]), "means", "2", "3");
        AssertRefused<ArgumentException>(
            () => ChannelGradientSums.Compute(right, right, view, new double[3], new GradientSums[1]), "sums", "1", "3");
    }
}
