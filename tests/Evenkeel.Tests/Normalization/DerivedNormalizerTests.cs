using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Tests.Normalization;

/// <summary>Normalizers that users derive, with the default coefficients.</summary>
[Collection(nameof(ProcessWideState))]
public class DerivedNormalizerTests
{
    [Fact]
    public void A_mask_may_keep_different_numbers_of_elements_per_set()
    {
        // One sample is kept whole, one in part, and of one nothing is kept.
        bool[] kept = [.. Enumerable.Range(0, 3 * 9).Select(i => i / 9 == 0 || (i / 9 == 1 && i % 3 != 0))];
        var layer = new Masked(new PerSample(4), TestData.Tensor(kept, 3, 9));
        Tensor<float> input = TestData.Tensor(TestData.Uniform(3 * 4 * 9, seed: 1), 3, 4, 9);
        foreach (string strategy in (string[])["sweeps", "fused"])
        {
            IReadOnlyList<GradientError> errors = Strategies.With(strategy, () => GradientCheck.Check(layer, input));
            Assert.All(errors, error => Assert.True(error.RelativeError < 1e-3, $"{strategy}: {error}"));
        }
    }

    [Fact]
    public void Folding_takes_the_coefficients_that_the_normalizer_writes()
    {
        var network = new Sequential(new Linear(3, 4, new RandomSource(1)), new Halved(4));
        Tensor<float> input = TestData.Tensor(TestData.Uniform(20 * 3, seed: 2), 20, 3);
        Recalibration.Recalibrate(network, [input]);
        Sequential folded = Folding.Fold(network);
        Assert.Single(folded.Layers);
        (double difference, double largest) = Folding.Compare(network, folded, input);
        Assert.InRange(difference, 0, 1e-6 * largest);
    }

    [Fact]
    public void Running_statistics_average_the_sets_of_a_channel()
    {
        var own = new RunningPerSample(3);
        var built = new InstanceNorm(3, new InstanceNormOptions { RunningAverage = RunningAverage.Exponential(newWeight: 0.1) });
        Tensor<float> input = TestData.Tensor(TestData.Uniform(4 * 3 * 5, seed: 2), 4, 3, 5);
        own.Forward(input, Pass.Training);
        built.Forward(input, Pass.Training);
        Assert.Equal(built.RunningStatistics!.Mean.ToArray(), own.RunningStatistics.Mean.ToArray());
        Assert.Equal(built.RunningStatistics.Variance.ToArray(), own.RunningStatistics.Variance.ToArray());
    }

    [Theory]
    [InlineData(-0.5)]
    [InlineData(-1e-300)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_running_variance_that_is_negative_or_not_finite_is_refused(double variance)
    {
        var norm = new BatchNorm(3);
        norm.RunningStatistics!.Variance[1] = variance;
        Tensor<float> input = TestData.Tensor(TestData.Uniform(4 * 3, seed: 2), 4, 3);
        var e = Assert.Throws<InvalidOperationException>(() => norm.Forward(input, Pass.Inference));
        Assert.Contains("channel 1 is", e.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Folding.Fold(new Sequential(new Linear(3, 3, new RandomSource(1)), norm)));
        norm.Forward(input, Pass.Training);

        var renorm = new BatchRenorm(3);
        renorm.RunningStatistics.Deviation[2] = variance;
        Assert.Throws<InvalidOperationException>(() => renorm.Forward(input, Pass.Inference));
    }

    private sealed class Halved(int channels) : RunningNormalization(channels, epsilon: 1e-5)
    {
        public override RunningStatistics RunningStatistics { get; } = new(channels, RunningAverage.Exponential(newWeight: 0.1));

        protected override void WriteCoefficients(ForwardCoefficients sets)
        {
            for (int i = 0; i < sets.Count; i++)
            {
                sets.Write(i, sets.Mean(i) + 1, InvStd(sets.Variance(i)), 0.5 * WeightOf(i), BiasOf(i));
            }
        }
    }

    private sealed class RunningPerSample(int channels) : RunningNormalization(channels, epsilon: 1e-5)
    {
        public override RunningStatistics RunningStatistics { get; } = new(channels, RunningAverage.Exponential(newWeight: 0.1));

        protected override ChannelView ViewOf(ReadOnlySpan<nint> lengths, int axis) => ChannelView.PerSample(lengths, axis);
    }

    private sealed class PerSample(int channels) : ChannelNormalization(channels, epsilon: 1e-5)
    {
        public Tensor<float> Forward(Tensor<float> input, Tensor<bool> mask, Pass pass) => ForwardMasked(input, mask, pass);

        protected override ChannelView ViewOf(ReadOnlySpan<nint> lengths, int axis) => ChannelView.PerSample(lengths, axis);
    }

    private sealed class Masked(PerSample normalization, Tensor<bool> mask) : Layer
    {
        public override IReadOnlyList<Parameter> Parameters => normalization.Parameters;

        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => normalization.Forward(input, mask, pass);

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => normalization.Backward(outputGradient);
    }
}
