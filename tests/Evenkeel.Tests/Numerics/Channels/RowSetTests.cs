using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Loops;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Numerics.Channels;

/// <summary>The kernels of rows, each a set, whose elements have weights of their own.</summary>
public class RowSetTests
{
    private static readonly ChannelView[] RowViews =
        [.. Shapes.AroundVectors.Concat([4095, 4096, 4097, 9000]).Select(length => new ChannelView(3, 1, 1, length)), new(700, 1, 1, 5)];

    [Fact]
    public void The_weighted_maps_are_those_of_channels_and_one_more_operation_to_the_last_bit()
    {
        foreach (ChannelView view in RowViews)
        {
            float[] x = TestData.Channels(view, seed: 1), dy = TestData.Uniform(view.Length, seed: 2);
            float[][] c = [.. Enumerable.Range(3, 5).Select(seed => TestData.Uniform(view.Sets, seed))];
            float[] weight = TestData.Uniform(view.Inner, seed: 9), bias = TestData.Uniform(view.Inner, seed: 10);
            var coefficients = new ChannelAffineGradient.Coefficients
            {
                Center = c[0],
                Scale = c[1],
                GradientScale = c[2],
                DeviationScale = c[3],
                Shift = c[4],
            };
            float[] y = new float[view.Length], dx = new float[view.Length], weighted = new float[view.Length];
            NormalizationForward.Map(x, view, new(c[0], c[1], c[4]), default, y);
            float[] expected = [.. y.Select((value, i) => MathF.FusedMultiplyAdd(value, weight[i % view.Inner], bias[i % view.Inner]))];
            MapRows(x, view, new(c[0], c[1], c[4]), new(weight, bias), y);
            AssertSameBits(expected, y);

            float[] weightedGradient = [.. dy.Select((value, i) => value * weight[i % view.Inner])];
            NormalizationBackward.Map(weightedGradient, x, view, coefficients, dx);
            MapRowGradients(dy, x, view, Reduction(new double[view.Sets], weight, new GradientSums[view.Sets]), coefficients, weighted);
            AssertSameBits(dx, weighted);
        }
    }

    [Fact]
    public void The_weighted_sums_are_those_of_plain_loops()
    {
        foreach (ChannelView view in RowViews)
        {
            float[] x = TestData.Channels(view, seed: 1), dy = TestData.Uniform(view.Length, seed: 2);
            double[] means = TestData.Widen(TestData.Uniform(view.Sets, seed: 3)),
                scales = TestData.Widen(TestData.Uniform(view.Sets, seed: 4));
            float[] weight = TestData.Uniform(view.Inner, seed: 9);
            double[] gradient = new double[view.Sets], product = new double[view.Sets];
            double[] columnGradient = new double[view.Inner], columnProduct = new double[view.Inner];
            for (int i = 0; i < x.Length; i++)
            {
                int row = i / view.Inner, column = i % view.Inner;
                gradient[row] += (double)dy[i] * weight[column];
                product[row] += (double)dy[i] * weight[column] * (x[i] - means[row]);
                columnGradient[column] += dy[i];
                columnProduct[column] += dy[i] * (x[i] - means[row]) * scales[row];
            }

            var rows = new GradientSums[view.Sets];
            var columns = new AffineGradients[view.Inner];
            MapRowGradients(dy, x, view, Reduction(means, weight, rows), Coefficients(new float[view.Sets]), new float[view.Length]);
            AffineGradientSums.Compute(dy, x, means, scales, columns);

            double tolerance = view.PerSet * Tolerances.DoubleSums;
            AssertClose(gradient, [.. rows.Select(s => s.Gradient)], tolerance, 1, $"Σ dy·w of {view}");
            AssertClose(product, [.. rows.Select(s => s.GradientTimesDeviation)], tolerance, 1, $"Σ dy·w·(x − mean) of {view}");
            AssertClose(columnGradient, [.. columns.Select(s => s.Bias)], tolerance, 1, $"Σ dy over the rows of {view}");
            AssertClose(columnProduct, [.. columns.Select(s => s.Weight)], tolerance, 1, $"Σ dy·x̂ over the rows of {view}");
        }
    }

    [Fact]
    public void A_Taylor_step_is_the_gradient_times_the_change()
    {
        foreach (ChannelView view in RowViews)
        {
            float[] now = TestData.Uniform(view.Length, seed: 1), before = TestData.Uniform(view.Length, seed: 2);
            float[] mean = TestData.Uniform(view.Inner, seed: 3), variance = TestData.Uniform(view.Length, seed: 4);
            double[] ofMean = new double[view.Sets], ofVariance = new double[view.Sets];
            for (int i = 0; i < now.Length; i++)
            {
                ofMean[i / view.Inner] += ((double)now[i] - before[i]) * mean[i % view.Inner];
                ofVariance[i / view.Inner] += ((double)now[i] - before[i]) * variance[i];
            }

            var steps = new TaylorStep[view.Sets];
            TaylorCorrection.Compute(now, before, mean, variance, steps);
            AssertClose(ofMean, [.. steps.Select(step => step.Mean)], view.PerSet * Tolerances.DoubleSums, 1);
            AssertClose(ofVariance, [.. steps.Select(step => step.Variance)], view.PerSet * Tolerances.DoubleSums, 1);
        }
    }

    [Fact]
    public void Refuses_views_whose_sets_are_not_rows_and_weights_of_another_length()
    {
        float[] x = new float[24], c = new float[3], weight = new float[8];
        var rows = new ChannelView(3, 1, 1, 8);
        foreach (ChannelView view in (ChannelView[])[new(2, 3, 4), new(3, 2, 1, 4), new(1, 1, 3, 8)])
        {
            AssertRefused<ArgumentException>(() => MapRows(x, view, new(c, c, c), new(weight, weight), x), "view", "one row");
            AssertRefused<ArgumentException>(() =>
                MapRowGradients(x, x, view, Reduction(new double[3], weight, new GradientSums[3]), Coefficients(c), x), "view", "one row");
        }

        AssertRefused<ArgumentException>(() => MapRows(x, rows, new(c, c, c), new(c, weight), x), "parameters.Weight", "3", "8");
        AssertRefused<ArgumentException>(() => MapRows(x, rows, new(c, c, c), new(weight, c), x), "parameters.Bias", "3", "8");
        AssertRefused<ArgumentException>(() => MapRowGradients(
            x, x, rows, Reduction(new double[3], c, new GradientSums[3]), Coefficients(c), x), "reduction.Weight", "3", "8");
        AssertRefused<ArgumentException>(() =>
            AffineGradientSums.Compute(x, x, new double[3], new double[2], new AffineGradients[8]), "scales", "2", "3");
        AssertRefused<ArgumentException>(() =>
            AffineGradientSums.Compute(c, x, new double[3], new double[3], new AffineGradients[8]), "gradient", "3", "24");
    }

    private static void MapRows(
        ReadOnlySpan<float> x, ChannelView view, ChannelAffine.Coefficients coefficients, RowAffine.Parameters parameters, Span<float> y) =>
        NormalizationForward.Run(x, view, moments: [], default(NoCoefficients), coefficients, parameters, y);

    private static void MapRowGradients(
        ReadOnlySpan<float> dy,
        ReadOnlySpan<float> x,
        ChannelView view,
        RowGradientReduction reduction,
        ChannelAffineGradient.Coefficients coefficients,
        Span<float> dx) =>
        NormalizationBackward.Run(dy, x, view, reduction, default(NoCoefficients), coefficients, dx);

    private static RowGradientReduction Reduction(double[] means, float[] weight, GradientSums[] sums) => new()
    {
        Means = means,
        InvStds = new double[means.Length],
        Weight = weight,
        Sums = sums,
        ParameterGradients = [],
    };

    private static ChannelAffineGradient.Coefficients Coefficients(float[] c) => new()
    {
        Center = c,
        Scale = c,
        GradientScale = c,
        DeviationScale = c,
        Shift = c,
    };
}
