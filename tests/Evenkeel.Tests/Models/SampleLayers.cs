using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Tests.Models;

/// <summary>Layers of every type, with and without each of their options.</summary>
internal static class SampleLayers
{
    private static readonly BatchNormOptions Unusual = new()
    {
        Epsilon = 1e-3,
        Affine = false,
        RunningAverage = RunningAverage.Cumulative,
        RunningVariance = VarianceEstimator.Population,
        NonFiniteBatches = NonFinitePolicy.Throw,
        ChannelAxis = -1,
    };

    /// <summary>Creates the layers.</summary>
    public static IReadOnlyList<Layer> Create() => [.. CreateThoseOfModel1(), .. CreateOthers()];

    /// <summary>Creates the layers of the file <c>model-1.evenkeel</c>.</summary>
    public static IReadOnlyList<Layer> CreateThoseOfModel1()
    {
        var random = new RandomSource(42);
        _ = random.Next();
        var frozen = new BatchNorm(4);
        frozen.Source = StatisticsSource.Batch;
        frozen.Freeze();
        var fixedScale = new BatchNorm(4);
        fixedScale.SetTrainable(false);
        var linear = new Linear(4, 4, random);
        var convolution = new Conv2d(4, 4, new Extent(3, 1), random, new() { ChannelAxis = -1, Bias = false });
        return
        [
            new Linear(3, 4, random),
            new Linear(5, 6, random, bias: false),
            new Conv2d(4, 6, 3, random),
            new Conv2d(1, 2, 1, random),
            new Conv2d(4, 6, new Extent(3, 2), random, new()
            {
                Stride = new Extent(2, 1),
                Padding = new Extent(1, 2),
                Dilation = new Extent(1, 3),
                Groups = 2,
                Bias = false,
                ChannelAxis = -1,
                Weights = Initializer.XavierUniform,
            }),
            new Dropout(0.25, random),
            new Dropout(0.5, random, DropoutKind.Classic),
            new ChannelDropout(0.25, random),
            new ChannelDropout(0.5, random, channelAxis: -1),
            new Flatten(),
            new Relu(),
            new Tanh(),
            new Sigmoid(),
            new MaxPool2d(2),
            new MaxPool2d(new Extent(3, 2), new Extent(1, 2), new Extent(1, 0), channelAxis: -1),
            new AveragePool2d(2),
            new AveragePool2d(new Extent(3, 2), new Extent(1, 2), new Extent(1, 0), channelAxis: -1),
            new GlobalAveragePool2d(),
            new GlobalAveragePool2d(channelAxis: -1),
            new BatchNorm(4),
            new BatchNorm(4, Unusual),
            new BatchNorm(4, new() { RunningAverage = null }),
            new BatchNorm(4) { Source = StatisticsSource.Running, Update = StatisticsUpdate.Never },
            frozen,
            fixedScale,
            new AccumulatedBatchNorm(4),
            new AccumulatedBatchNorm(4, Unusual),
            new GhostBatchNorm(2, 4),
            new GhostBatchNorm(3, 4, Unusual),
            new BatchRenorm(4),
            new BatchRenorm(4, new()
            {
                Epsilon = 1e-3,
                Affine = false,
                RunningAverage = RunningAverage.Exponential(0.25),
                Schedule = RenormSchedule.Constant(double.PositiveInfinity, 2),
                NonFiniteBatches = NonFinitePolicy.Throw,
                ChannelAxis = -1,
            }),
            new BatchRenorm(4, new() { Schedule = RenormSchedule.Linear(1, 2, 3, 4, 5) }),
            new Sequential(linear, new CrossIterationBatchNorm(linear)),
            new Sequential(
                ("convolution", convolution),
                ("norm", new CrossIterationBatchNorm(convolution, new()
                {
                    Window = 3,
                    BurnIn = 5,
                    Rule = CrossIterationRule.Drop,
                    EpsilonOutside = true,
                    BatchNorm = Unusual,
                }))),
            new GroupNorm(2, 6),
            new GroupNorm(4, 4, new() { Epsilon = 1e-3, Affine = false, ChannelAxis = -1 }),
            new InstanceNorm(4),
            new InstanceNorm(4, new()
            {
                Epsilon = 1e-3,
                Affine = true,
                RunningAverage = RunningAverage.Exponential(0.25),
                RunningVariance = VarianceEstimator.Population,
                NonFiniteBatches = NonFinitePolicy.Throw,
                ChannelAxis = -1,
            }),
            new LayerNorm(4),
            new LayerNorm([2, 3], new() { Epsilon = 1e-3, Weight = false }),
            new LayerNorm([2, 3], new() { Bias = false }),
            new LayerNorm([2, 3], new() { Weight = false, Bias = false }),
            new RmsNorm(4),
            new RmsNorm([2, 3], new() { Epsilon = 1e-3, Weight = false }),
            new Sequential(new Relu()),
            new Sequential(("a", new Relu()), ("b", new Linear(3, 4, random))),
            new Residual(new Linear(5, 5, random)),
            new Residual(new Linear(4, 4, random), new Sequential(new Linear(4, 4, random)), new Relu()),
            new Graph(new GraphNode("a", new Relu(), Graph.Input)),
            new Graph(
                new GraphNode("a", new Linear(4, 4, random), Graph.Input),
                new GraphNode("b", new Relu(), "a"),
                new GraphNode("c", new BatchNorm(4), "a", "b", Graph.Input)),
        ];
    }

    private static Layer[] CreateOthers()
    {
        var random = new RandomSource(43);
        return
        [
            new Silu(),
            new Gelu(),
            new Gelu(approximate: true),
            new LeakyRelu(),
            new LeakyRelu(0.2),
            new HardSwish(),
            new HardSigmoid(),
            new HardSigmoid(0.2, 0.4),
            new Clamp(0, 6),
            new Clamp(double.NegativeInfinity, 1),
            new Clamp(-1, double.PositiveInfinity),
            new Softmax(),
            new Softmax(1),
            new ChannelAffine(4),
            new ChannelAffine(5, bias: false, channelAxis: -1),
            new Identity(),
            new Permute(0, 3, 1, 2),
            new Permute(0, 2, 1),
            new AdaptiveAveragePool2d(2),
            new AdaptiveAveragePool2d(new Extent(2, 3), channelAxis: -1),
            new MaxPool2d(3, 2, Padding.Same, ceilMode: true),
            new AveragePool2d(3, 2, new Padding(0, 1, 2, 0), ceilMode: true, countIncludePad: false),
            new Conv2d(4, 6, 3, random, new() { Padding = Padding.Same }),
            new Conv2d(4, 6, 3, random, new() { Padding = new Padding(1, 0, 2, 3) }),
            new Conv1d(5, 4, 2, random),
            new Conv1d(4, 6, 3, random, new()
            {
                Stride = 2,
                Padding = new Padding(0, 2, 0, 1),
                Dilation = 3,
                Groups = 2,
                Bias = false,
                ChannelAxis = -1,
                Weights = Initializer.XavierUniform,
            }),
            new Graph(
                new GraphNode("a", new Linear(4, 4, random), Graph.Input),
                new GraphNode("b", new Relu(), "a", Graph.Input) { Combination = Combination.Product },
                new GraphNode("c", new Relu(), "a", "b", Graph.Input) { Combination = Combination.Concatenation, Axis = -1 }),
            new BatchNorm(4, new() { Bias = false }),
            new BatchRenorm(4, new() { Bias = false }),
            new InstanceNorm(4, new() { Affine = true, Bias = false }),
            new GroupNorm(2, 4, new() { Bias = false }),
            new Embedding(5, 3, random),
            new Embedding(7, 4, random, Initializer.Normal(0.1)),
            new CategoryEmbedding([new(2, 5, 3), new(0, 4)], random),
            new CategoryEmbedding([new(1, 3, 2)], random),
        ];
    }
}
