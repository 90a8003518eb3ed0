using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Layers.Embeddings;

[Collection(nameof(ProcessWideState))]
public class CategoryEmbeddingTests
{
    public static TheoryData<int, int[]> Tables => new()
    {
        { 5, [3, 0] }, { 5, [2] }, { 5, [0, 1] }, { 5, [4, 3] }, { 2, [1, 0] }, { 1, [0] }, { 40, [7, 39, 20] },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void Is_the_other_columns_and_an_embedding_of_each_listed_one(int features, int[] columns)
    {
        const int Rows = 11;
        CategoryEmbedding layer = Create(columns);
        Tensor<float> x = CodeInputs.For(layer, [Rows, features], seed: 2);
        Tensor<float> y = layer.Forward(x, Pass.Training);
        int width = features - columns.Length + layer.Columns.Sum(column => column.Dimension);
        Assert.Equal([Rows, width], y.Lengths.ToArray());
        Assert.Equal([Rows, width], layer.OutputShape(x.Lengths));
        float[] dy = TestData.Uniform(Rows * width, seed: 3);
        float[] dx = layer.Backward(TestData.Tensor(dy, Rows, width)).ToArray();

        float[] values = y.ToArray();
        int start = 0;
        foreach (int column in Enumerable.Range(0, features).Except(columns))
        {
            Assert.Equal(ColumnOf(x.ToArray(), column, features), ColumnOf(values, start, width));
            Assert.Equal(ColumnOf(dy, start++, width), ColumnOf(dx, column, features));
        }

        for (int i = 0; i < columns.Length; i++)
        {
            CategoryColumn column = layer.Columns[i];
            var single = new Embedding(column.Categories, column.Dimension, new RandomSource(1));
            layer.Parameters[i].Value.CopyTo(single.Weight.Value);
            Tensor<float> codes = TestData.Tensor(ColumnOf(x.ToArray(), column.Column, features), Rows);
            float[] expected = single.Forward(codes, Pass.Training).ToArray();
            single.Backward(TestData.Tensor(ColumnsOf(dy, start, column.Dimension, width), Rows, column.Dimension));
            Assert.Equal(expected, ColumnsOf(values, start, column.Dimension, width));
            Assert.Equal(single.Weight.Gradient.ToArray(), layer.Parameters[i].Gradient.ToArray());
            Assert.All(ColumnOf(dx, column.Column, features), value => Assert.Equal(0, value));
            start += column.Dimension;
        }

        Assert.Equal(width, start);
    }

    [Fact]
    public void Has_the_same_bits_on_any_number_of_threads()
    {
        var results = new List<float[]>();
        foreach (int threads in (int[])[1, 2, 3])
        {
            WithThreads(threads, () =>
            {
                var layer = new CategoryEmbedding([new(3, 4, 60), new(1, 9, 33)], new RandomSource(1));
                float[] y = layer.Forward(CodeInputs.For(layer, [2000, 5], seed: 2), Pass.Training).ToArray();
                float[] dx = layer.Backward(TestData.Tensor(TestData.Uniform(2000 * 96, seed: 3), 2000, 96)).ToArray();
                results.Add([.. y, .. dx, .. layer.Parameters.SelectMany(parameter => parameter.Gradient.ToArray())]);
            });
        }

        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Fact]
    public void Names_its_tables_and_draws_them_from_streams_of_their_own()
    {
        var random = new RandomSource(5);
        var layer = new CategoryEmbedding([new(1, 7), new(0, 200)], random);
        var network = new Sequential(layer, new Linear(54, 2, random));
        Assert.Equal(
            ["0.embeddings.0.weight", "0.embeddings.1.weight", "1.weight", "1.bias"],
            network.NamedParameters().Select(parameter => parameter.Path));
        Assert.Equal([7, 4], layer.Parameters[0].Value.Lengths.ToArray());
        Assert.Equal([200, 50], layer.Parameters[1].Value.Lengths.ToArray());
        var again = new RandomSource(5);
        Assert.Equal(new Embedding(7, 4, again).Weight.Value.ToArray(), layer.Parameters[0].Value.ToArray());
        Assert.Equal(new Embedding(200, 50, again).Weight.Value.ToArray(), layer.Parameters[1].Value.ToArray());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(98, 49)]
    [InlineData(99, 50)]
    [InlineData(int.MaxValue, 50)]
    public void Has_a_rule_for_dimensions(int categories, int dimension) =>
        Assert.Equal(dimension, CategoryEmbedding.DefaultDimension(categories));

    [Fact]
    public void Passes_the_gradient_check_and_passes_gradients_on()
    {
        var network = new Sequential(Create([0, 2]), new Linear(9, 3, new RandomSource(2)));
        Tensor<float> input = CodeInputs.For(network, [6, 4], seed: 3);
        IReadOnlyList<GradientError> errors = GradientCheck.Check(network, input, new GradientCheckOptions { CheckInput = false });
        Assert.Equal(4, errors.Count);
        Assert.All(errors, error => Assert.True(error.RelativeError < 3e-4, error.ToString()));

        float[] dy = TestData.Uniform(18, seed: 4);
        network.Forward(input, Pass.Training);
        float[] dx = network.Backward(TestData.Tensor(dy, 6, 3)).ToArray();
        for (int i = 1; i < 24; i += 2)
        {
            // The network is linear in this element.
            double Loss(float moved)
            {
                float[] values = input.ToArray();
                values[i] += moved;
                float[] y = network.Forward(TestData.Tensor(values, 6, 4), Pass.Training).ToArray();
                return y.Zip(dy, (a, b) => (double)a * b).Sum();
            }

            Assert.Equal((Loss(0.5f) - Loss(-0.5f)) / 1, dx[i], 1e-4);
        }
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        var random = new RandomSource(1);
        AssertRefused<ArgumentException>(() => new CategoryEmbedding([], random), "columns", "no column");
        AssertRefused<ArgumentException>(() => new CategoryEmbedding([new(2, 3), new(1, 3), new(2, 5)], random), "columns", "2, 1, 2");
        AssertRefused<ArgumentOutOfRangeException>(() => new CategoryEmbedding([new(-1, 3, 4)], random), "columns");
        AssertRefused<ArgumentOutOfRangeException>(() => new CategoryEmbedding([new(0, 0, 4)], random), "columns");
        AssertRefused<ArgumentOutOfRangeException>(() => new CategoryEmbedding([new(0, (1 << 24) + 1, 4)], random), "columns");
        AssertRefused<ArgumentOutOfRangeException>(() => new CategoryEmbedding([new(0, 3, 0)], random), "columns");
        AssertRefused<ArgumentOutOfRangeException>(() => new CategoryColumn(0, 0), "categories");
        AssertRefused<ArgumentNullException>(() => new CategoryEmbedding([new(0, 3)], null!), "random");
        AssertRefused<ArgumentNullException>(() => new CategoryEmbedding(null!, random), "columns");
        CategoryEmbedding layer = Create([0, 2]);
        AssertInputRefused(layer, [4, 2], "[4, 2]", "at least 3 columns");
        AssertInputRefused(layer, [4, 3, 1], "[4, 3, 1]", "[N, F]");
        AssertRefused<ArgumentException>(
            () => layer.Predict(TestData.Tensor<float>([0, 9, 1, 1, 9, float.NaN], 2, 3)), "input", "[1, 2] is NaN", "0 to 3");
        AssertRefused<ArgumentException>(
            () => layer.Forward(TestData.Tensor<float>([0, 9, 1, 3, 9, 1], 2, 3), Pass.Training), "input", "[1, 0] is 3", "0 to 2");
    }

    [Fact]
    public void Allocates_nothing_once_it_has_run()
    {
        CategoryEmbedding layer = Create([0, 2]);
        Tensor<float> input = CodeInputs.For(layer, [30, 4], seed: 2);
        Tensor<float> dy = TestData.Tensor(TestData.Uniform(30 * 9, seed: 3), 30, 9);
        Assert.Equal(0, AllocatedBytes(() =>
        {
            layer.Forward(input, Pass.Training);
            layer.Backward(dy);
        }));
    }

    /// <summary>An embedding of 3, 4, … categories in vectors of 3, 4, … elements.</summary>
    private static CategoryEmbedding Create(int[] columns) =>
        new([.. columns.Select((column, i) => new CategoryColumn(column, 3 + i, 3 + i))], new RandomSource(1));

    private static float[] ColumnOf(float[] values, int column, int width) => ColumnsOf(values, column, 1, width);

    private static float[] ColumnsOf(float[] values, int start, int count, int width) =>
        [.. values.Chunk(width).SelectMany(row => row[start..(start + count)])];
}
