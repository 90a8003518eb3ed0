using System.Buffers;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Layers;

/// <summary>Inputs, passes and gradients that layers refuse, and <see cref="Layer.Backward"/> after a refused forward pass.</summary>
public class RefusedForwardTests
{
    private static readonly nint[] Images = [4, 6, 8, 8];

    /// <summary>A layer of each public type, for images.</summary>
    private static readonly Dictionary<Type, Func<Layer>> Layers = new()
    {
        [typeof(Linear)] = () => new Linear(8, 5, new RandomSource(1)),
        [typeof(Embedding)] = () => new Embedding(5, 3, new RandomSource(1)),
        [typeof(CategoryEmbedding)] = () => new CategoryEmbedding([new(1, 4, 3)], new RandomSource(1)),
        [typeof(Conv1d)] = () => new Conv1d(6, 4, 3, new RandomSource(1)),
        [typeof(Conv2d)] = () => new Conv2d(6, 4, 3, new RandomSource(1)),
        [typeof(ChannelAffine)] = () => new ChannelAffine(6),
        [typeof(Identity)] = () => new Identity(),
        [typeof(Permute)] = () => new Permute(0, 3, 1, 2),
        [typeof(Flatten)] = () => new Flatten(),
        [typeof(Dropout)] = () => new Dropout(0.5, new RandomSource(1)),
        [typeof(ChannelDropout)] = () => new ChannelDropout(0.5, new RandomSource(1)),
        [typeof(Relu)] = () => new Relu(),
        [typeof(Tanh)] = () => new Tanh(),
        [typeof(Sigmoid)] = () => new Sigmoid(),
        [typeof(Silu)] = () => new Silu(),
        [typeof(Gelu)] = () => new Gelu(),
        [typeof(LeakyRelu)] = () => new LeakyRelu(),
        [typeof(HardSwish)] = () => new HardSwish(),
        [typeof(HardSigmoid)] = () => new HardSigmoid(),
        [typeof(Clamp)] = () => new Clamp(0, 6),
        [typeof(Softmax)] = () => new Softmax(1),
        [typeof(MaxPool2d)] = () => new MaxPool2d(2),
        [typeof(AveragePool2d)] = () => new AveragePool2d(2),
        [typeof(AdaptiveAveragePool2d)] = () => new AdaptiveAveragePool2d(2),
        [typeof(GlobalAveragePool2d)] = () => new GlobalAveragePool2d(),
        [typeof(BatchNorm)] = () => new BatchNorm(6),
        [typeof(BatchRenorm)] = () => new BatchRenorm(6),
        [typeof(GhostBatchNorm)] = () => new GhostBatchNorm(2, 6),
        [typeof(AccumulatedBatchNorm)] = () => new AccumulatedBatchNorm(6),
        [typeof(CrossIterationBatchNorm)] = () =>
            new CrossIterationBatchNorm(new Conv2d(6, 6, 1, new RandomSource(1)), new CrossIterationOptions { Window = 1 }),
        [typeof(InstanceNorm)] = () => new InstanceNorm(6),
        [typeof(GroupNorm)] = () => new GroupNorm(2, 6),
        [typeof(LayerNorm)] = () => new LayerNorm(8),
        [typeof(RmsNorm)] = () => new RmsNorm(8),
        [typeof(Sequential)] = () => new Sequential(new BatchNorm(6), new Relu(), new Conv2d(6, 4, 3, new RandomSource(1))),
        [typeof(Residual)] = () => new Residual(new Conv2d(6, 6, 1, new RandomSource(1)), activation: new Relu()),
        [typeof(Graph)] = () => new Graph(
            new("conv", new Conv2d(6, 6, 1, new RandomSource(1)), Graph.Input), new("relu", new Relu(), "conv", Graph.Input)),
    };

    public static TheoryData<string> Types => [.. Layers.Keys.Select(type => type.Name)];

    [Fact]
    public void Every_type_of_layer_is_here() => Assert.Equal(
        typeof(Layer).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract)
            .Select(type => type.Name).Order(),
        Layers.Keys.Select(type => type.Name).Order());

    [Theory]
    [MemberData(nameof(Types))]
    public void A_refused_input_leaves_nothing_to_differentiate(string type)
    {
        (Layer layer, Tensor<float> input, Tensor<float> gradient) = Prepared(type);
        Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.CreateFromShape<float>([0, .. input.Lengths[1..]]), Pass.Training));
        AssertNothingToDifferentiate(layer, gradient);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_shape_that_does_not_fit_leaves_nothing_to_differentiate(string type)
    {
        (Layer layer, _, Tensor<float> gradient) = Prepared(type);
        if (Record.Exception(() => layer.Forward(Tensor.Create<float>([1, 2, 3], [3]), Pass.Training)) is not null)
        {
            AssertNothingToDifferentiate(layer, gradient);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_batch_without_samples_gives_none_in_inference(string type)
    {
        (Layer layer, Tensor<float> input, Tensor<float> gradient) = Prepared(type);
        nint[] expected = [0, .. gradient.Lengths[1..]];
        Tensor<float> empty = Tensor.CreateFromShape<float>([0, .. input.Lengths[1..]]);
        Tensor<float> destination = Tensor.CreateFromShape<float>(expected);
        Assert.Equal(expected, layer.Forward(empty, Pass.Inference).Lengths);
        AssertNothingToDifferentiate(layer, gradient);
        Assert.Equal(expected, layer.Predict(empty).Lengths);
        layer.Predict(empty, destination);
        Assert.Throws<ArgumentException>("destination", () => layer.Predict(empty, gradient));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_pass_that_does_not_exist_is_refused(string type)
    {
        (Layer layer, Tensor<float> input, Tensor<float> gradient) = Prepared(type);
        Assert.Throws<ArgumentOutOfRangeException>("pass", () => layer.Forward(input, (Pass)77));
        AssertNothingToDifferentiate(layer, gradient);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_gradient_that_is_not_dense_is_refused_with_the_way_out(string type)
    {
        (Layer layer, _, Tensor<float> gradient) = Prepared(type);
        nint[] lengths = gradient.Lengths.ToArray();
        NRange[] ranges = Array.ConvertAll(lengths, static length => new NRange(0, length));
        Tensor<float> wider = Tensor.CreateFromShape<float>([.. lengths[..^1], lengths[^1] + 1]);
        var e = Assert.Throws<ArgumentException>("outputGradient", () => layer.Backward(wider.Slice(ranges)));
        Assert.Contains("is not dense: call ToDenseTensor() on it first", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_whose_second_layer_refuses_adds_no_gradient()
    {
        var last = new Linear(3, 2, new RandomSource(2));
        var network = new Sequential(new Linear(4, 3, new RandomSource(1)), new BatchNorm(3), new Relu(), last);
        network.Forward(Values([5, 4]), Pass.Training);
        Assert.Throws<ArgumentException>(() => network.Forward(Values([1, 4]), Pass.Training)); // one value per channel
        Assert.Throws<InvalidOperationException>(() => network.BackwardToParameters(Values([5, 2])));
        Assert.All(last.Parameters, parameter => Assert.All(parameter.Gradient.ToArray(), value => Assert.Equal(0, value)));
    }

    private static (Layer Layer, Tensor<float> Input, Tensor<float> Gradient) Prepared(string type)
    {
        Layer layer = Layers.Single(made => made.Key.Name == type).Value();
        Tensor<float> input = layer switch
        {
            Linear => Values([4, 8]),
            Conv1d => Values([4, 6, 8]),
            Embedding or CategoryEmbedding => CodeInputs.For(layer, [4, 6], seed: 3),
            _ => Values(Images),
        };
        if (layer is AccumulatedBatchNorm accumulated)
        {
            accumulated.Gather(input);
        }

        Tensor<float> gradient = layer.Forward(input, Pass.Training).ToDenseTensor();
        if (layer is AccumulatedBatchNorm again)
        {
            again.GatherGradient(gradient);
            again.Forward(input, Pass.Training);
        }

        layer.Backward(gradient);
        return (layer, input, gradient);
    }

    private static void AssertNothingToDifferentiate(Layer layer, Tensor<float> gradient)
    {
        Assert.Throws<InvalidOperationException>(() => layer.Backward(gradient));
        Assert.Throws<InvalidOperationException>(() => layer.BackwardToParameters(gradient));
    }

    private static Tensor<float> Values(nint[] lengths) =>
        Tensor.Create(TestData.Uniform((int)TensorPrimitives.Product<nint>(lengths), seed: 3), lengths);
}
