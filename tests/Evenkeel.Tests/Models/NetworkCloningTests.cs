using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tensors;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Models.LayerStateTests;

namespace Evenkeel.Tests.Models;

/// <summary>A copy of a network is as the original, and has nothing in common with it.</summary>
public class NetworkCloningTests
{
    private static readonly Tensor<float> Input = Batch(1);

    public static TheoryData<int> Samples => LayerStateTests.Samples;

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_copy_and_the_original_go_on_as_the_original_would_have(int index)
    {
        Layer expected = SampleLayers.Create()[index], layer = SampleLayers.Create()[index];
        nint[] shape = ShapeFor(index);
        for (int pass = 0; pass < 7; pass++)
        {
            Assert.Equal(Step(expected, shape, seed: pass), Step(layer, shape, seed: pass));
        }

        Layer copy = layer.Clone();
        Assert.Equal(new ModelFile(layer).Describe(types: null), new ModelFile(copy).Describe(types: null));
        Assert.Equal(layer.NamedLayers().Select(named => named.Path), copy.NamedLayers().Select(named => named.Path));
        Assert.Empty(layer.NamedLayers().Select(named => named.Layer).Intersect(copy.NamedLayers().Select(named => named.Layer)));
        float[][] results = [.. Enumerable.Range(7, 3).Select(pass => Step(expected, shape, pass))];
        foreach (Layer other in (Layer[])[copy, layer])
        {
            Assert.Equal(results, Enumerable.Range(7, 3).Select(pass => Step(other, shape, pass)));
            ModelFileTests.AssertSameState(expected, other);
        }
    }

    [Fact]
    public void A_copy_has_the_type_and_what_training_has_changed()
    {
        Sequential network = Network();
        network.Forward(Input, Pass.Training);
        network.Layers[0].SetTrainable(false);
        var normalization = (BatchNorm)network.Layers[1];
        normalization.Update = StatisticsUpdate.Never;
        normalization.Freeze();
        ((Dropout)network.Layers[2]).TrainingPasses = 7;

        Sequential copy = network.Clone();
        Assert.Equal([false, false, true, true], copy.Parameters.Select(parameter => parameter.IsTrainable));
        var copied = (BatchNorm)copy.Layers[1];
        Assert.Equal([.. normalization.RunningStatistics!.Mean], [.. copied.RunningStatistics!.Mean]);
        Assert.True(copied.IsFrozen);
        copied.Unfreeze();
        Assert.Equal((StatisticsSource.ByPass, StatisticsUpdate.Never), (copied.Source, copied.Update));
        Assert.True(normalization.IsFrozen);
        Assert.Equal(7u, ((Dropout)copy.Layers[2]).TrainingPasses);
    }

    [Fact]
    public void A_copy_has_no_gradients_observers_or_forward_pass()
    {
        Sequential network = Network();
        int calls = 0;
        using IDisposable observation = network.Observe((_, _, _) => calls++);
        Tensor<float> output = network.Forward(Input, Pass.Training);
        network.Backward(output);

        Sequential copy = network.Clone();
        Assert.All(copy.Parameters, parameter => Assert.Equal(0, TensorPrimitives.MaxMagnitude<float>(parameter.Gradients)));
        Assert.Throws<InvalidOperationException>(() => copy.Backward(output));
        copy.Forward(Input, Pass.Training);
        Assert.Equal(1, calls);
    }

    [Fact]
    public void A_copy_of_a_layer_is_in_no_network()
    {
        Sequential network = Network();
        Linear copy = ((Linear)network.Layers[0]).Clone();
        Assert.Null(copy.Memory);
        copy.Weight.Values.Clear();
        Assert.NotEqual(0, ((Linear)network.Layers[0]).Weight.Values[0]);
    }

    [Fact]
    public void Statistics_that_files_refuse_are_copied()
    {
        var layer = new BatchNorm(4);
        layer.RunningStatistics!.Variance.Elements()[1] = double.NaN;
        layer.RunningStatistics.Variance.Elements()[2] = -1;
        Assert.Equal([1, double.NaN, -1, 1], [.. layer.Clone().RunningStatistics!.Variance]);
    }

    [Fact]
    public void A_copy_of_a_replica_is_an_ordinary_normalization()
    {
        var replica = new BatchNorm(4, new BatchNormOptions { Exchange = new UnusedExchange() });
        Assert.Equal(new BatchNorm(4).Forward(Input, Pass.Training).ToArray(), replica.Clone().Forward(Input, Pass.Training).ToArray());
    }

    [Fact]
    public void Layers_of_the_users_own_are_copied_by_their_description()
    {
        LayerTypes types = new LayerTypes().Add(
            "block", (Block layer) => new JsonObject { ["width"] = layer.Width }, options => new Block((int)options["width"]!));
        var block = new Block(4) { Count = 3 };
        block.Normalization.Freeze();
        block.Parameters[0].IsTrainable = false;
        block.Parameters[1].Value.Fill(5);

        var copy = (Block)new Sequential(new Relu(), block).Clone(types).Layers[1];
        Assert.NotSame(block, copy);
        Assert.Equal(3, copy.Count);
        Assert.True(copy.Normalization.IsFrozen);
        Assert.Equal([false, true], copy.Parameters.Select(parameter => parameter.IsTrainable));
        Assert.Equal([5, 5, 5, 5], copy.Parameters[1].Value.ToArray());
        Assert.Equal(3, block.Clone(types).Count);
    }

    [Fact]
    public void Layers_that_cannot_be_described_are_refused()
    {
        Assert.Equal(
            "The layer at '1' is a Block, a type of your own: add it to LayerTypes.",
            Assert.Throws<NotSupportedException>(() => new Sequential(new Relu(), new Block(4)).Clone()).Message);
        var renorm = new BatchRenorm(4, new() { Schedule = RenormSchedule.Of(step => (step + 1, step)) });
        Assert.Contains("a function", Assert.Throws<NotSupportedException>(() => renorm.Clone()).Message, StringComparison.Ordinal);
        var norm = new CrossIterationBatchNorm(new Linear(4, 4, new RandomSource(1)));
        Assert.Contains("outside the network", Assert.Throws<NotSupportedException>(() => norm.Clone()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("network", () => ((Layer)null!).Clone());
    }

    [Fact]
    public void A_description_that_makes_another_layer_is_refused()
    {
        LayerTypes types = new LayerTypes().Add("block", (Block _) => [], _ => new Block(3));
        Assert.Contains(
            "wrong shape", Assert.Throws<InvalidDataException>(() => new Block(4).Clone(types)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_copy_a_network_at_once_and_use_their_copies()
    {
        Sequential network = Network();
        float[] expected = network.Predict(Input).ToArray();
        Parallel.For(0, 50, _ =>
        {
            Sequential copy = network.Clone();
            for (int i = 0; i < 20; i++)
            {
                Assert.Equal(expected, copy.Predict(Input).ToArray());
            }
        });
    }

    private static Sequential Network()
    {
        var random = new RandomSource(1);
        return new(
            new Linear(4, 4, random), new BatchNorm(4, new() { Affine = false }), new Dropout(0.5, random), new Linear(4, 3, random));
    }

    private static Tensor<float> Batch(int seed) => TestData.Tensor(TestData.Uniform(5 * 4, seed), 5, 4);

    private sealed class UnusedExchange : IStatisticsExchange
    {
        public void Merge(Span<Moments> moments) => throw new NotSupportedException();

        public void Sum(Span<GradientSums> sums) => throw new NotSupportedException();
    }

    /// <summary>A container with state and a setting.</summary>
    private sealed class Block : Layer
    {
        private readonly Layer[] _children;

        public Block(int width)
        {
            Width = width;
            Normalization = new BatchNorm(width, new() { Affine = false });
            var linear = new Linear(width, width, new RandomSource(1));
            Parameters = linear.Parameters;
            _children = [linear, Normalization];
        }

        public int Width { get; }

        public long Count { get; set; }

        public BatchNorm Normalization { get; }

        public override IReadOnlyList<Parameter> Parameters { get; }

        public override IReadOnlyList<StateTensor> State => [StateTensor.Of("count", () => Count, value => Count = value)];

        public override IReadOnlyList<Layer> Children => _children;

        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) =>
            ForwardChild(_children[1], ForwardChild(_children[0], input, pass), pass);

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) =>
            BackwardChild(_children[0], BackwardChild(_children[1], outputGradient));
    }
}
