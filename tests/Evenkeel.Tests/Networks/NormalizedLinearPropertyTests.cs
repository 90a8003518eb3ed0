using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Networks;

/// <summary>What the paper proves of a linear layer with batch normalization behind it, for any weights and inputs.</summary>
public class NormalizedLinearPropertyTests
{
    private const int Batch = 24;
    private const int Inputs = 6;
    private const int Outputs = 5;

    [Fact]
    public void Scaling_the_weights_changes_no_output_and_divides_their_gradient() => Properties.Check(
        Properties.SeedsAndScales,
        drawn =>
        {
            (int seed, float a) = drawn;
            Result plain = Run(seed, 1), scaled = Run(seed, a);
            AssertClose(TestData.Widen(plain.Output), scaled.Output, Tolerances.ScaledWeights, what: "BN((aW)u)");
            AssertClose(TestData.Widen(plain.InputGradient), scaled.InputGradient, Tolerances.ScaledWeights, what: "∂/∂u");
            AssertClose(
                [.. plain.WeightGradient.Select(value => value / (double)a)],
                scaled.WeightGradient,
                Tolerances.ScaledWeights,
                what: "∂/∂(aW)");
        });

    [Fact]
    public void A_power_of_two_changes_not_a_bit() => Properties.Check(
        Properties.SeedsAndScales,
        drawn =>
        {
            float a = MathF.Pow(2, drawn.Seed % 5);
            Result plain = Run(drawn.Seed, 1, epsilon: 1e-76), scaled = Run(drawn.Seed, a, epsilon: 1e-76);
            AssertSameBits(plain.Output, scaled.Output);
            AssertSameBits(plain.InputGradient, scaled.InputGradient);
            AssertSameBits(Array.ConvertAll(plain.WeightGradient, value => value / a), scaled.WeightGradient);
        });

    [Fact]
    public void A_bias_in_front_of_batch_normalization_changes_no_output_and_has_no_gradient() => Properties.Check(
        Properties.SeedsAndScales,
        drawn =>
        {
            Result plain = Run(drawn.Seed, 1), biased = Run(drawn.Seed, 1, bias: 3);
            AssertClose(TestData.Widen(plain.Output), biased.Output, Tolerances.ScaledWeights, what: "BN(Wu + b)");
            AssertClose(new double[Outputs], biased.BiasGradient, Tolerances.VanishingSum, scale: biased.LargestGradient, "∂/∂b");
        });

    [Fact]
    public void With_the_batch_s_deviation_and_mean_for_parameters_it_restores_its_input() => Properties.Check(
        Properties.SeedsAndScales,
        drawn =>
        {
            var view = new ChannelView(Batch, Outputs, 1);
            float[] x = TestData.Channels(view, drawn.Seed, center: 2, drawn.Scale);
            var layer = new BatchNorm(Outputs);
            var moments = new Moments[Outputs];
            ChannelMoments.Compute(x, view, moments);
            for (int c = 0; c < Outputs; c++)
            {
                layer.Weight!.Values[c] = (float)Math.Sqrt(moments[c].PopulationVariance + 1e-5);
                layer.Bias!.Values[c] = (float)moments[c].Mean;
            }

            float[] y = [.. layer.Forward(TestData.Tensor(x, Batch, Outputs), Pass.Training)];
            AssertClose(TestData.Widen(x), y, Tolerances.Forward);
        });

    private static Result Run(int seed, float scale, float? bias = null, double epsilon = 1e-12)
    {
        var linear = new Linear(Inputs, Outputs, new RandomSource((ulong)seed), bias is not null);
        linear.Bias?.Value.Fill(bias!.Value);
        foreach (ref float weight in linear.Weight.Values)
        {
            weight *= scale;
        }

        var normalization = new BatchNorm(Outputs, new() { Epsilon = epsilon });
        var u = TestData.Tensor(TestData.Uniform(Batch * Inputs, seed), Batch, Inputs);
        var dy = TestData.Tensor(TestData.Uniform(Batch * Outputs, seed + 1), Batch, Outputs);

        float[] output = [.. normalization.Forward(linear.Forward(u, Pass.Training), Pass.Training)];
        float[] gradient = [.. normalization.Backward(dy)];
        float[] inputGradient = [.. linear.Backward(TestData.Tensor(gradient, Batch, Outputs))];
        return new Result(
            output,
            inputGradient,
            [.. linear.Weight.Gradient],
            linear.Bias is null ? [] : [.. linear.Bias.Gradient],
            gradient.Max(Math.Abs));
    }

    private sealed record Result(
        float[] Output, float[] InputGradient, float[] WeightGradient, float[] BiasGradient, double LargestGradient);
}
