using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Tests.Golden;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using Xunit.Abstractions;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Layers.Embeddings;

[Collection(nameof(ProcessWideState))]
public class EmbeddingTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("embedding")]
    [InlineData("embedding-sequence")]
    public void Equals_PyTorch(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        var layer = new Embedding(golden.Option<int>("categories"), golden.Option<int>("dimension"), new RandomSource(1));
        GoldenComparison.Load(layer, golden.Initial);
        GoldenValues step = Assert.Single(golden.Steps);
        var comparison = new GoldenComparison(output);

        comparison.AssertClose(step, "output", layer.Forward(GoldenComparison.Tensor(step["input"]), Pass.Training).ToArray(), 0);
        float[] dx = layer.Backward(GoldenComparison.Tensor(step["output_gradient"])).ToArray();
        comparison.AssertClose(step, "weight_gradient", layer.Weight.Gradients, Tolerances.Product);
        Assert.Equal(new float[dx.Length], dx);
    }

    [Fact]
    public void Adds_gradients_in_the_order_of_the_samples_to_what_was_there()
    {
        var layer = new Embedding(3, 1, new RandomSource(1));
        layer.Forward(TestData.Tensor<float>([2, 0, 2, 2, -0f], 5), Pass.Training);
        Tensor<float> dy = TestData.Tensor<float>([1e8f, 1, 1, -1e8f, 2], 5, 1);
        layer.Backward(dy);
        layer.BackwardToParameters(dy);
        Assert.Equal([6, 0, 0], layer.Weight.Gradient.ToArray()); // 1e8 + 1 − 1e8 is 0 in this order, and 1 in others
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(50)]
    [InlineData(97)]
    public void Has_the_same_bits_on_any_number_of_threads(int dimension)
    {
        const int Categories = 9, Codes = 4001;
        Tensor<float>? input = null;
        List<float[]> results = [];
        foreach (int threads in (int[])[1, 2, 3])
        {
            WithThreads(threads, () =>
            {
                var layer = new Embedding(Categories, dimension, new RandomSource(4));
                input ??= CodeInputs.For(layer, [Codes], seed: 5);
                float[] y = layer.Forward(input, Pass.Training).ToArray();
                layer.Backward(TestData.Tensor(TestData.Uniform(Codes * dimension, seed: 6), Codes, dimension));
                results.Add([.. y, .. layer.Weight.Gradients]);
            });
        }

        var expected = new float[Categories * dimension];
        float[] dy = TestData.Uniform(Codes * dimension, seed: 6);
        for (int i = 0; i < dy.Length; i++)
        {
            expected[(int)input![i / dimension] * dimension + i % dimension] += dy[i];
        }

        Assert.Equal(expected, results[0][(Codes * dimension)..]);
        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Fact]
    public void Draws_vectors_of_standard_deviation_1_by_position()
    {
        var layer = new Embedding(300, 40, new RandomSource(7));
        float[] values = layer.Weight.Value.ToArray();
        Assert.Equal(values, new Embedding(300, 40, new RandomSource(7)).Weight.Value.ToArray());
        Assert.NotEqual(values, new Embedding(300, 40, new RandomSource(8)).Weight.Value.ToArray());
        Assert.InRange(values.Average(), -0.03, 0.03);
        Assert.InRange(values.Sum(value => value * value) / values.Length, 0.96, 1.04);
        Assert.Equal(new float[6], new Embedding(2, 3, new RandomSource(7), Initializer.Normal(0)).Weight.Value.ToArray());
        var fans = new Fans();
        _ = new Embedding(5, 2, new RandomSource(7), fans);
        Assert.Equal((2, 5), fans.Seen);
    }

    [Fact]
    public void Passes_the_gradient_check_without_its_input()
    {
        var layer = new Embedding(6, 4, new RandomSource(1));
        var network = new Sequential(layer, new Flatten(), new Linear(12, 3, new RandomSource(2)));
        Tensor<float> input = CodeInputs.For(layer, [7, 3], seed: 3);
        IReadOnlyList<GradientError> errors = GradientCheck.Check(network, input, new GradientCheckOptions { CheckInput = false });
        Assert.Equal(["0.weight", "2.weight", "2.bias"], errors.Select(error => error.Name));
        Assert.All(errors, error => Assert.True(error.RelativeError < 3e-4, error.ToString()));
        AssertRefused<ArgumentException>(() => GradientCheck.Check(network, input), "input", "whole numbers");
    }

    [Fact]
    public void Refuses_what_is_no_code()
    {
        float[] wrong = [-1, 7, 0.5f, 6.9999995f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, -1e30f];
        foreach (float value in wrong)
        {
            var layer = new Embedding(7, 2, new RandomSource(1));
            float[] values = [0, 6, 1, 2, value, 3];
            AssertRefused<ArgumentException>(
                () => layer.Forward(TestData.Tensor(values, 2, 3), Pass.Training),
                "input",
                FormattableString.Invariant($"[1, 1] is {value};"),
                "whole numbers from 0 to 6");
            AssertRefused<ArgumentException>(() => layer.Predict(TestData.Tensor(values, 3, 2, 1)), "input", "[2, 0, 0]");
            Assert.Throws<InvalidOperationException>(() => layer.Backward(Zeros([2, 3, 2])));
        }
    }

    [Fact]
    public void Refuses_sizes_that_do_not_fit()
    {
        var random = new RandomSource(1);
        AssertRefused<ArgumentOutOfRangeException>(() => new Embedding(0, 2, random), "categories");
        AssertRefused<ArgumentOutOfRangeException>(() => new Embedding((1 << 24) + 1, 2, random), "categories");
        AssertRefused<ArgumentOutOfRangeException>(() => new Embedding(1 << 24, 1 << 24, random), "lengths", "16777216");
        AssertRefused<ArgumentOutOfRangeException>(() => new Embedding(2, 0, random), "dimension");
        AssertRefused<ArgumentNullException>(() => new Embedding(2, 2, null!), "random");
        AssertRefused<ArgumentException>(() => new Embedding(2, 2, random).OutputShape([]), "input", "[]");
    }

    [Fact]
    public void Allocates_nothing_once_it_has_run()
    {
        var layer = new Embedding(9, 20, new RandomSource(1));
        Tensor<float> input = CodeInputs.For(layer, [50, 3], seed: 2);
        Tensor<float> dy = TestData.Tensor(TestData.Uniform(50 * 3 * 20, seed: 3), 50, 3, 20);
        Assert.Equal(0, AllocatedBytes(() =>
        {
            layer.Forward(input, Pass.Training);
            layer.Backward(dy);
        }));
    }

    private sealed class Fans : Initializer
    {
        public (int In, int Out) Seen { get; private set; }

        public override void Fill(Span<float> weights, int fanIn, int fanOut, RandomStream random) => Seen = (fanIn, fanOut);
    }
}
