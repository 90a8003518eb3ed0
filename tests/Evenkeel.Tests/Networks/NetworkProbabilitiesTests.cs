using System.Numerics.Tensors;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Networks;

public class NetworkProbabilitiesTests
{
    private static readonly Tensor<float> Input = TestData.Tensor(TestData.Uniform(7 * 6, seed: 1), 7, 6);

    public static TheoryData<string, Layer> EndsInProbabilities => new()
    {
        { "softmax", new Sequential(Logits(), new Softmax()) },
        { "nested", new Sequential(Logits(), new Sequential(new Softmax(1))) },
        { "sigmoid", new Sequential(Logits(), new Sigmoid()) },
        { "one sigmoid", new Sequential(new Linear(6, 1, new RandomSource(2)), new Sigmoid()) },
        { "graph", new Graph(new("a", Logits(), Graph.Input), new("b", new Softmax(), "a")) },
    };

    public static TheoryData<string, Layer> EndsInLogits => new()
    {
        { "linear", Logits() },
        { "network", new Sequential(Logits(), new BatchNorm(4)) },
        { "softmax inside", new Sequential(Logits(), new Softmax(), new Linear(4, 3, new RandomSource(3))) },
        { "softmax of the skipped branch", new Residual(Logits(), new Sequential(new Linear(6, 4, new RandomSource(3)), new Softmax())) },
        { "softmax before the last node", new Graph(new("a", new Softmax(), Graph.Input), new("b", Logits(), "a")) },
    };

    [Theory]
    [MemberData(nameof(EndsInLogits))]
    public void Logits_become_probabilities(string name, Layer network)
    {
        float[] logits = [.. network.Predict(Input)];
        Tensor<float> probabilities = network.PredictProbabilities(Input);
        int classes = logits.Length / 7;
        Assert.Equal([7, classes], probabilities.Lengths.ToArray());
        double[] expected = [.. logits.Chunk(classes).SelectMany(row => row.Select(z => Math.Exp(z) / row.Sum(other => Math.Exp(other))))];
        Closeness.AssertClose(expected, probabilities.ToArray(), 3e-7, what: name);
        Assert.Equal(logits, network.Predict(Input).ToArray());
        Assert.Equal(Bits(network, fold: false), probabilities.ToArray());
        Closeness.AssertClose(expected, Bits(network, fold: true), 1e-5, what: name);
    }

    [Theory]
    [MemberData(nameof(EndsInProbabilities))]
    public void Probabilities_stay_as_they_are(string name, Layer network)
    {
        float[] expected = [.. network.Predict(Input)];
        Tensor<float> probabilities = network.PredictProbabilities(Input);
        network.Predict(TestData.Tensor(TestData.Uniform(7 * 6, seed: 2), 7, 6)); // overwrites what the network gave, and not the result
        Assert.True(expected.AsSpan().SequenceEqual(probabilities.ToArray()), name);
        Assert.Equal(expected, Bits(network, fold: false));
        Assert.DoesNotContain(
            network.Compile([6], new() { Probabilities = true }).Summary().Steps, step => step.Path == "probabilities");
    }

    [Fact]
    public void Of_sequences_each_row_has_its_own()
    {
        var network = new Linear(3, 5, new RandomSource(1));
        Tensor<float> input = TestData.Tensor(TestData.Uniform(4 * 6 * 3, seed: 3), 4, 6, 3);
        float[] rows = [.. network.PredictProbabilities(input)];
        Assert.Equal(120, rows.Length);
        Assert.All(rows.Chunk(5), row => Assert.Equal(1, row.Sum(), 1e-6));
        Predictor predictor = network.Compile([6, 3], new() { Probabilities = true, Fold = false });
        Assert.Equal(rows, predictor.Predict(input).ToArray());
    }

    [Fact]
    public void Huge_logits_give_certainty_and_no_samples_give_none()
    {
        var network = new Identity();
        Assert.Equal([0, 1, 0], network.PredictProbabilities(TestData.Tensor<float>([-1e30f, 1e30f, 0], 1, 3)).ToArray());
        float[] unknown = [.. network.PredictProbabilities(TestData.Tensor<float>([0, float.NaN, 0], 1, 3))];
        Assert.All(unknown, probability => Assert.True(float.IsNaN(probability)));
        Assert.Equal([0, 3], network.PredictProbabilities(Tensor.CreateFromShape<float>([0, 3])).Lengths.ToArray());
    }

    [Fact]
    public void One_output_is_refused_with_the_way_out()
    {
        var network = new Linear(6, 1, new RandomSource(1));
        AssertRefused<ArgumentException>(() => network.PredictProbabilities(Input), "network", "[7, 1]", "always be 1", "Sigmoid");
        AssertRefused<ArgumentException>(() => network.Compile([6], new() { Probabilities = true }), "network", "[1, 1]", "Sigmoid");
        AssertRefused<ArgumentException>(() => new Identity().PredictProbabilities(TestData.Tensor<float>([1, 2], 2)), "network", "[2]");
        AssertRefused<ArgumentNullException>(() => NetworkProbabilities.PredictProbabilities(null!, Input), "network");
    }

    private static float[] Bits(Layer network, bool fold) =>
        [.. network.Compile([6], new() { Probabilities = true, Fold = fold, Winograd = fold }).Predict(Input)];

    private static Linear Logits() => new(6, 4, new RandomSource(2));
}
