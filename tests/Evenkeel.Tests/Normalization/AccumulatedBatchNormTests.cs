using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Normalization;

public class AccumulatedBatchNormTests
{
    private static readonly Tensor<float> First = Values(4, seed: 1), Second = Values(1, seed: 2), Stranger = Values(1, seed: 3);

    [Fact]
    public void Gradients_of_micro_batches_are_those_of_finite_differences_of_the_whole()
    {
        int[] sizes = [3, 1, 4];
        const int Channels = 3;
        var layer = new AccumulatedBatchNorm(Channels);
        TestData.Uniform(Channels, seed: 3).CopyTo(layer.Weight!.Values);
        TestData.Uniform(Channels, seed: 4).CopyTo(layer.Bias!.Values);
        Tensor<float>[] inputs = [.. sizes.Select((size, i) => Values(size, seed: 10 + i))];
        Tensor<float>[] gradients = [.. sizes.Select((size, i) => Values(size, seed: 20 + i))];
        double[] x = [.. inputs.SelectMany(input => input).Select(value => (double)value)];
        double[] dy = [.. gradients.SelectMany(gradient => gradient).Select(value => (double)value)];
        double[] gamma = TestData.Widen(layer.Weight.Values), beta = TestData.Widen(layer.Bias.Values);
        int[] channels = [.. Enumerable.Range(0, x.Length).Select(i => i % Channels)];
        var reference = new SetNormalizationReference(channels, channels, gamma, beta, epsilon: 1e-5);

        layer.Begin();
        Array.ForEach(inputs, layer.Gather);
        for (int i = 0; i < sizes.Length; i++)
        {
            layer.Forward(inputs[i], Pass.Training);
            layer.GatherGradient(gradients[i]);
        }

        float[] dx = [.. inputs.Zip(gradients).SelectMany(pair =>
        {
            layer.Forward(pair.First, Pass.Training);
            return layer.Backward(pair.Second).ToArray();
        })];

        Closeness.AssertClose(FiniteDifferences.Gradient(x, Loss), dx, Tolerances.InputGradient, what: "input gradient");
        Closeness.AssertClose(
            FiniteDifferences.Gradient(gamma, Loss), layer.Weight.Gradients, Tolerances.InputGradient, what: "weight gradient");
        Closeness.AssertClose(
            FiniteDifferences.Gradient(beta, Loss), layer.Bias.Gradients, Tolerances.InputGradient, what: "bias gradient");

        double Loss() => reference.Forward(x).Zip(dy, (y, g) => y * g).Sum();
    }

    [Fact]
    public void All_micro_batches_are_normalized_by_the_running_statistics_of_before_the_batch()
    {
        Tensor<float> whole = Tensor.Create([.. First, .. Second], [5, 3]);
        var expected = new BatchNorm(3) { Source = StatisticsSource.Running };
        var layer = new AccumulatedBatchNorm(3) { Source = StatisticsSource.Running };
        for (int batch = 0; batch < 2; batch++)
        {
            float[] y = [.. expected.Forward(whole, Pass.Training)];
            layer.Begin();
            layer.Gather(First);
            layer.Gather(Second);
            for (int round = 0; round < 2; round++)
            {
                Assert.Equal(y, layer.Forward(First, Pass.Training).ToArray().Concat(layer.Forward(Second, Pass.Training)));
            }

            layer.Forward(First, Pass.Inference);
            Assert.Equal(y[..12], layer.Forward(First, Pass.Training).ToArray());
        }
    }

    [Fact]
    public void There_is_nothing_to_gather_where_running_statistics_normalized()
    {
        var layer = new AccumulatedBatchNorm(3);
        layer.Forward(First, Pass.Inference);
        AssertThrows(() => layer.GatherGradient(First), "normalized by running statistics");
        layer.Freeze();
        layer.Forward(First, Pass.Training);
        AssertThrows(() => layer.GatherGradient(First), "normalized by running statistics");
        layer.Backward(First);

        // And a frozen pass has begun no round.
        layer.Unfreeze();
        layer.Gather(First);
        Take(layer, First);
    }

    [Fact]
    public void A_micro_batch_that_was_not_gathered_is_found_in_the_second_round()
    {
        AccumulatedBatchNorm layer = Gathered();
        Take(layer, First);
        Take(layer, Second);
        layer.Forward(Stranger, Pass.Training);
        AssertThrows(() => layer.GatherGradient(Stranger), "6 values", "5 that were gathered");

        layer = Gathered();
        Take(layer, Stranger);
        Take(layer, First);
        layer.Forward(Second, Pass.Training);
        AssertThrows(() => layer.GatherGradient(Second), "6 values", "5 that were gathered");

        layer = Gathered();
        Take(layer, First);
        AssertRefused<ArgumentException>(() => layer.Forward(First, Pass.Training), "input", "among the 1 values");
        layer.Forward(Second, Pass.Training);
        layer.GatherGradient(Second);
        AssertThrows(() => layer.GatherGradient(Second), "6 values");
    }

    [Fact]
    public void A_micro_batch_that_was_not_gathered_is_found_in_the_third_round_and_adds_no_gradient()
    {
        AccumulatedBatchNorm layer = Gathered();
        Take(layer, First);
        Take(layer, Second);
        Differentiate(layer, First);
        Differentiate(layer, Second);
        float[] gradient = [.. layer.Weight!.Gradient];
        AssertThrows(() => layer.Backward(Second), "6 values", "5 that were gathered");
        AssertRefused<ArgumentException>(() => layer.Forward(Stranger, Pass.Training), "input", "among the 0 values");
        Assert.Equal(gradient, layer.Weight.Gradient);

        // A new batch begins anew.
        layer.Begin();
        layer.Gather(First);
        Take(layer, First);
        Differentiate(layer, First);
    }

    [Fact]
    public void Forward_passes_for_the_sake_of_other_layers_are_not_counted()
    {
        AccumulatedBatchNorm layer = Gathered();
        for (int round = 0; round < 3; round++)
        {
            layer.Forward(First, Pass.Training);
            layer.Forward(Second, Pass.Training);
        }

        Take(layer, First);
        Take(layer, Second);
        Differentiate(layer, First);
        Differentiate(layer, Second);
        Assert.Equal(1, layer.RunningStatistics!.BatchesTracked);
    }

    [Fact]
    public void Running_statistics_take_in_nothing_that_was_not_gathered()
    {
        var layer = new AccumulatedBatchNorm(3) { Source = StatisticsSource.Running };
        AssertRefused<ArgumentException>(() => layer.Forward(First, Pass.Training), "input", "Gather");
        layer.Gather(First);
        layer.Forward(First, Pass.Training);
        layer.Forward(First, Pass.Training);
        Assert.Equal(1, layer.RunningStatistics!.BatchesTracked);
    }

    private static AccumulatedBatchNorm Gathered()
    {
        var layer = new AccumulatedBatchNorm(3);
        layer.Gather(First);
        layer.Gather(Second);
        return layer;
    }

    private static void Take(AccumulatedBatchNorm layer, Tensor<float> microBatch)
    {
        layer.Forward(microBatch, Pass.Training);
        layer.GatherGradient(microBatch);
    }

    private static void Differentiate(AccumulatedBatchNorm layer, Tensor<float> microBatch)
    {
        layer.Forward(microBatch, Pass.Training);
        layer.Backward(microBatch);
    }

    private static Tensor<float> Values(int samples, int seed) => TestData.Tensor(TestData.Uniform(3 * samples, seed), samples, 3);

    private static void AssertThrows(Action action, params ReadOnlySpan<string> words)
    {
        string message = Assert.Throws<InvalidOperationException>(action).Message;
        foreach (string word in words)
        {
            Assert.Contains(word, message, StringComparison.Ordinal);
        }
    }
}
