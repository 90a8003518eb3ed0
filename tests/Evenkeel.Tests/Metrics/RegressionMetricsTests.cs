using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Metrics;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using FsCheck.Fluent;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Metrics;

public class RegressionMetricsTests
{
    [Fact]
    public void Merged_measures_are_those_of_all_samples() => Properties.Check(
        Properties.Numbers.Generator.Two().ArrayOf().Two().ToArbitrary(),
        parts =>
        {
            RegressionMetrics merged = Of(parts.Item1), whole = Of([.. parts.Item1, .. parts.Item2]);
            merged.Merge(Of(parts.Item2));

            Assert.Equal(whole.Count, merged.Count);
            AssertClose(whole.RSquared, merged.RSquared);
            AssertClose(whole.RootMeanSquaredError, merged.RootMeanSquaredError);
            AssertClose(whole.MeanAbsoluteError, merged.MeanAbsoluteError);
            AssertClose(whole.MeanError, merged.MeanError);
            AssertClose(whole.Targets.Mean, merged.Targets.Mean);
            AssertClose(whole.Targets.SumOfSquaredDeviations, merged.Targets.SumOfSquaredDeviations);
            Assert.Equal(whole.MaximumError, merged.MaximumError);
        });

    [Theory]
    [InlineData(0)]
    [InlineData(1e9)]
    [InlineData(-1e15)]
    public void A_large_offset_costs_no_digits(double offset)
    {
        // Targets are the offset ± 1, and every fourth prediction misses its by 1: Σe² = n/4, Σ(target − mean)² = n.
        const int Rows = 100_000;
        var parts = new[] { new RegressionMetrics(), new RegressionMetrics() };
        for (int i = 0; i < Rows; i++)
        {
            double target = offset + (i % 2 == 0 ? 1 : -1);
            parts[i < Rows / 3 ? 0 : 1].Add(target, target + (i % 4 == 0 ? -1 : 0));
        }

        parts[0].Merge(parts[1]);

        Assert.Equal(0.75, parts[0].RSquared, 1e-15);
        Assert.Equal(0.5, parts[0].RootMeanSquaredError);
        Assert.Equal(-0.25, parts[0].MeanError);
        Assert.Equal(offset, parts[0].Targets.Mean);
        Assert.Equal(1, parts[0].Targets.PopulationVariance, 1e-12);
    }

    [Fact]
    public void Single_precision_in_any_parts_gives_the_bits_of_the_same_values_one_by_one()
    {
        float[] targets = TestData.Uniform(777, seed: 1), predictions = TestData.Uniform(777, seed: 2);
        RegressionMetrics whole = new(), parts = new(), single = new();
        whole.Add(targets, predictions);
        parts.Add(targets.AsSpan(0, 300), predictions.AsSpan(0, 300));
        parts.Add(targets.AsSpan(300), predictions.AsSpan(300));
        parts.Add(ReadOnlySpan<float>.Empty, []);
        for (int i = 0; i < targets.Length; i++)
        {
            single.Add(targets[i], predictions[i]);
        }

        Assert.All([whole, parts], metrics => Assert.Equal(All(single), All(metrics)));
    }

    [Fact]
    public void A_network_is_measured_over_all_batches()
    {
        var network = new Linear(3, 1, new RandomSource(seed: 0));
        var data = new Dataset<float>(
            TestData.Tensor(TestData.Uniform(3 * 601, seed: 1), 601, 3), TestData.Tensor(TestData.Uniform(601, seed: 2), 601, 1));
        RegressionMetrics metrics = RegressionMetrics.Of(network, data), expected = new();
        expected.Add(data.Targets.Elements(), network.Predict(data.Inputs).Elements());

        Assert.Equal((601, expected.RSquared, expected.MeanError), (metrics.Count, metrics.RSquared, metrics.MeanError));
        Assert.Equal(
            new Trainer<float>(network, new MeanSquaredError(), new Sgd(0.1)).Evaluate(data).Loss, metrics.MeanSquaredError, 1e-6);

        AssertRefused<ArgumentException>(
            () => RegressionMetrics.Of(new Linear(3, 2, new RandomSource(0)), data), "network", "[250, 2]", "one of each per sample");
        data.Targets[500, 0] = float.NaN;
        AssertRefused<ArgumentException>(() => RegressionMetrics.Of(network, data), "targets", "target of sample 500 is NaN");
        Assert.Throws<OperationCanceledException>(() => RegressionMetrics.Of(network, data, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Without_samples_all_is_NaN_and_one_sample_has_no_R2()
    {
        var metrics = new RegressionMetrics();
        Assert.All(
            [metrics.RSquared, metrics.RootMeanSquaredError, metrics.MeanAbsoluteError, metrics.MeanError, metrics.MaximumError],
            value => Assert.Equal(double.NaN, value));

        metrics.Add(3, 5);
        Assert.Equal((double.NaN, 2, 2), (metrics.RSquared, metrics.MeanError, metrics.MaximumError));
    }

    [Fact]
    public void Wrong_samples_are_refused_and_add_nothing()
    {
        var metrics = new RegressionMetrics();
        var long1 = new float[600];
        long1[599] = float.PositiveInfinity;
        AssertRefused<ArgumentException>(() => metrics.Add([1.0, 2], [1.0]), "predictions", "1 predictions for 2 targets");
        AssertRefused<ArgumentException>(() => metrics.Add([1f, 2], [1f]), "predictions", "1 predictions for 2 targets");
        AssertRefused<ArgumentException>(() => metrics.Add([1.0, double.NaN], [1.0, 1]), "targets", "target of sample 1 is NaN");
        AssertRefused<ArgumentException>(() => metrics.Add(new float[600], long1), "predictions", "prediction of sample 599 is Infinity");
        AssertRefused<ArgumentOutOfRangeException>(() => metrics.Add(double.NaN, 1), "target");
        AssertRefused<ArgumentOutOfRangeException>(() => metrics.Add(1, double.NaN), "prediction");
        AssertRefused<ArgumentNullException>(() => metrics.Merge(null!), "other");
        Assert.Equal(0, metrics.Count);
    }

    private static RegressionMetrics Of((double Target, double Prediction)[] samples)
    {
        var metrics = new RegressionMetrics();
        metrics.Add([.. samples.Select(sample => sample.Target)], [.. samples.Select(sample => sample.Prediction)]);
        return metrics;
    }

    private static double[] All(RegressionMetrics metrics) =>
        [metrics.Count, metrics.RSquared, metrics.MeanSquaredError, metrics.MeanAbsoluteError, metrics.MeanError, metrics.MaximumError];

    private static void AssertClose(double expected, double actual) =>
        Assert.True(double.IsNaN(expected) ? double.IsNaN(actual) : Math.Abs(expected - actual) <= 1e-10 * (1 + Math.Abs(expected)));
}
