using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Normalization;

public class GhostBatchNormTests
{
    [Fact]
    public void Gradients_are_those_of_finite_differences_with_a_smaller_last_chunk()
    {
        // 8 samples in chunks of 3, 3 and 2.
        const int Samples = 8, Channels = 4, Places = 2, ChunkSize = 3;
        var layer = new GhostBatchNorm(ChunkSize, Channels);
        TestData.Uniform(Channels, seed: 3).CopyTo(layer.Weight!.Values);
        TestData.Uniform(Channels, seed: 4).CopyTo(layer.Bias!.Values);
        float[] input = TestData.Uniform(Samples * Channels * Places, seed: 1), gradient = TestData.Uniform(input.Length, seed: 2);
        double[] x = TestData.Widen(input), dy = TestData.Widen(gradient);
        double[] gamma = TestData.Widen(layer.Weight.Values), beta = TestData.Widen(layer.Bias.Values);
        int[] channels = [.. Enumerable.Range(0, x.Length).Select(i => i / Places % Channels)];
        int[] sets = [.. channels.Select((c, i) => i / (ChunkSize * Channels * Places) * Channels + c)];
        var reference = new SetNormalizationReference(sets, channels, gamma, beta, epsilon: 1e-5);

        layer.Forward(TestData.Tensor(input, Samples, Channels, Places), Pass.Training);
        float[] dx = [.. layer.Backward(TestData.Tensor(gradient, Samples, Channels, Places))];

        Closeness.AssertClose(FiniteDifferences.Gradient(x, Loss), dx, Tolerances.InputGradient, what: "input gradient");
        Closeness.AssertClose(
            FiniteDifferences.Gradient(gamma, Loss), layer.Weight.Gradients, Tolerances.InputGradient, what: "weight gradient");
        Closeness.AssertClose(
            FiniteDifferences.Gradient(beta, Loss), layer.Bias.Gradients, Tolerances.InputGradient, what: "bias gradient");

        double Loss() => reference.Forward(x).Zip(dy, (y, g) => y * g).Sum();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    public void With_the_throwing_policy_a_bad_chunk_keeps_all_chunks_out(int badSample)
    {
        var layer = new GhostBatchNorm(3, 1, new() { NonFiniteBatches = NonFinitePolicy.Throw });
        float[] x = TestData.Uniform(8, seed: 1);
        x[badSample] = float.NaN;
        Assert.Throws<ArithmeticException>(() => layer.Forward(TestData.Tensor(x, 8, 1), Pass.Training));
        RunningStatistics running = layer.RunningStatistics!;
        Assert.Equal((0, 1, 0, 1), (running.Mean[0], running.Variance[0], running.BatchesTracked, running.BatchesSkipped));
    }

    [Fact]
    public void With_the_skipping_policy_a_bad_chunk_is_left_out_by_itself()
    {
        var layer = new GhostBatchNorm(3, 1);
        float[] x = TestData.Uniform(8, seed: 1);
        x[4] = float.NaN;
        layer.Forward(TestData.Tensor(x, 8, 1), Pass.Training);
        Assert.Equal((2, 1), (layer.RunningStatistics!.BatchesTracked, layer.RunningStatistics.BatchesSkipped));
    }
}
