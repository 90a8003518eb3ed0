using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Inference;

/// <summary>Networks that together have every layer, layout and way to fuse.</summary>
internal static class PredictorNetworks
{
    /// <summary>The names of the networks.</summary>
    public static TheoryData<string> Names => [.. All.Keys];

    private static Dictionary<string, (nint[] Sample, Func<RandomSource, Layer> Create)> All { get; } = new()
    {
        ["linear"] = ([7], random => new Linear(7, 5, random)),
        ["linear without bias"] = ([7], random => new Linear(7, 5, random, bias: false)),
        ["perceptron"] = ([784], random => Perceptron(random, 784, 100, 100, 10)),
        ["narrow perceptron"] = ([3], random => Perceptron(random, 3, 1, 2, 17, 1)),
        ["wide perceptron"] = ([300], random => Perceptron(random, 300, 1030, 600, 33)),
        ["nested"] = ([6], random => new Sequential(
            new Sequential(new Linear(6, 8, random), new BatchNorm(8)), new Sequential(new Relu(), new Linear(8, 8, random)), new Tanh())),
        ["normalization first"] = ([20], random => new Sequential(
            new BatchNorm(20), new Relu(), new Linear(20, 9, random), new Sigmoid(), new BatchNorm(9), new Dropout(0.5, random))),
        ["activations"] = ([20], random => new Sequential(
            new Linear(20, 19, random), new Silu(), new Linear(19, 18, random), new Gelu(), new Linear(18, 17, random), new LeakyRelu(),
            new Linear(17, 16, random), new HardSwish(), new Gelu(approximate: true), new Linear(16, 15, random), new HardSigmoid(),
            new Clamp(0.1, 0.9), new Softmax())),
        ["rows of a sequence"] = ([5, 20], random => new Sequential(
            new Linear(20, 12, random), new Gelu(), new LayerNorm(12), new Linear(12, 7, random), new Flatten(),
            new Linear(35, 3, random))),
        ["softmax of channels"] = ([3, 5, 7], random => new Sequential(new Conv2d(3, 4, 3, random), new Softmax(1))),
        ["dropout"] = ([20], random => new Sequential(
            new Dropout(0.25, random, DropoutKind.Classic), new Linear(20, 9, random), new Dropout(0.25, random), new Relu())),
        ["dropout alone"] = ([20], random => new Dropout(0.5, random)),
        ["layer norm"] = ([20], random => new Sequential(
            new Linear(20, 12, random), new LayerNorm(12), new Relu(), new Linear(12, 12, random), new RmsNorm(12))),
        ["residual vectors"] = ([20], random => new Sequential(
            new Residual(new Sequential(new Linear(20, 20, random), new BatchNorm(20)), null, new Relu()),
            new Residual(new Sequential(new BatchNorm(20), new Relu())),
            new Residual(new Linear(20, 18, random), new Linear(20, 18, random)))),
        ["channels last"] = ([12, 10, 3], random => Convolutional(random, 3, -1)),
        ["channels first"] = ([3, 12, 10], random => Convolutional(random, 3, 1)),
        ["one channel last"] = ([12, 10, 1], random => Convolutional(random, 1, -1)),
        ["one channel first"] = ([1, 12, 10], random => Convolutional(random, 1, 1)),
        ["convolution"] = ([9, 11, 5], random => new Conv2d(5, 7, 3, random, new() { ChannelAxis = -1 })),
        ["strides and dilation"] = ([5, 13, 17], random => new Sequential(
            new Conv2d(5, 20, new Extent(3, 2), random, new()
            {
                Stride = new Extent(2, 1),
                Padding = new Extent(2, 1),
                Dilation = new Extent(1, 3),
                Bias = false,
            }),
            new BatchNorm(20),
            new AveragePool2d(new Extent(3, 2), new Extent(2, 1), new Extent(1, 0)),
            new Conv2d(20, 33, 1, random),
            new Relu(),
            new GlobalAveragePool2d())),
        ["groups"] = ([9, 9, 12], random => new Sequential(
            new Conv2d(12, 8, 3, random, new() { Groups = 4, Padding = 1, ChannelAxis = -1 }),
            new BatchNorm(8, new() { ChannelAxis = -1 }),
            new Relu(),
            new Conv2d(8, 8, 3, random, new() { Groups = 8, Padding = 1, ChannelAxis = -1 }),
            new Relu(),
            new Conv2d(8, 24, 3, random, new() { Groups = 8, ChannelAxis = -1 }),
            new Conv2d(24, 96, 1, random, new() { Groups = 2, ChannelAxis = -1 }))),
        ["depthwise of the input"] = ([5, 9, 9], random => new Sequential(
            new Conv2d(5, 5, 3, random, new() { Groups = 5, Padding = 1 }), new Relu(), new Conv2d(5, 6, 1, random))),
        ["wide depthwise"] = ([7, 7, 70], random => new Sequential(
            new Conv2d(70, 70, 3, random, new() { Groups = 70, Stride = 2, Padding = 1, ChannelAxis = -1 }), new Relu(), new Flatten())),
        ["many channels"] = ([6, 6, 40], random => new Sequential(
            new Conv2d(40, 80, 3, random, new() { Padding = 1, ChannelAxis = -1 }),
            new Relu(),
            new Conv2d(80, 112, 3, random, new() { Padding = 1, ChannelAxis = -1 }))),
        ["many pixels"] = ([40, 40, 2], random => new Sequential(
            new Conv2d(2, 20, 3, random, new() { Padding = 1, ChannelAxis = -1 }),
            new MaxPool2d(3, 2, 1, channelAxis: -1),
            new Flatten(),
            new Linear(20 * 20 * 20, 3, random))),
        ["branches and channel factors"] = ([5, 9, 8], random => new Graph(
            new("narrow", new Conv2d(5, 7, 1, random), Graph.Input),
            new("norm", new BatchNorm(7), "narrow"),
            new("wide", new Conv2d(5, 18, 3, random, new() { Padding = 1 }), Graph.Input),
            new("joined", new Relu(), "norm", Graph.Input, "wide") { Combination = Combination.Concatenation },
            new("factors", new Sequential(new GlobalAveragePool2d(), new Linear(30, 30, random), new Sigmoid()), "joined"),
            new("weighted", new Conv2d(30, 6, 3, random), "factors", "joined") { Combination = Combination.Product })),
        ["branches with channels last"] = ([9, 8, 5], random => new Graph(
            new("narrow", new Conv2d(5, 7, 1, random, new() { ChannelAxis = -1 }), Graph.Input),
            new("factors", new Sequential(
                new AdaptiveAveragePool2d(1, -1),
                new Conv2d(5, 12, 1, random, new() { ChannelAxis = -1 }),
                new HardSigmoid()), Graph.Input),
            new("joined", new Tanh(), "narrow", Graph.Input) { Combination = Combination.Concatenation, Axis = -1 },
            new("weighted", new Relu(), "joined", "factors") { Combination = Combination.Product, Axis = -1 })),
        ["products of vectors"] = ([20], random => new Graph(
            new("value", new Linear(20, 16, random), Graph.Input),
            new("gate", new Sequential(new Linear(20, 16, random), new Sigmoid()), Graph.Input),
            new("gated", new Relu(), "value", "gate") { Combination = Combination.Product },
            new("joined", new Linear(52, 3, random), "gated", Graph.Input, "value") { Combination = Combination.Concatenation })),
        ["permuted axes"] = ([9, 8, 5], random => new Sequential(
            new Permute(0, 3, 1, 2), new Identity(), new Conv2d(5, 7, 3, random), new Permute(0, 2, 3, 1), new Linear(7, 3, random))),
        ["scale and shift"] = ([5, 9, 8], random => new Sequential(
            new ChannelAffine(5), new Conv2d(5, 7, 3, random), new ChannelAffine(7, bias: false), new Relu(), new Flatten(),
            new Linear(294, 4, random), new ChannelAffine(4))),
        ["adaptive pooling"] = ([5, 13, 12], random => new Sequential(
            new Conv2d(5, 20, 3, random), new Relu(), new AdaptiveAveragePool2d(new Extent(3, 4)), new Flatten(),
            new Linear(240, 3, random))),
        ["uneven padding"] = ([5, 13, 12], random => new Sequential(
            new Conv2d(5, 20, 3, random, new() { Stride = 2, Padding = Padding.Same }),
            new Relu(),
            new Conv2d(20, 20, 3, random, new() { Padding = new Padding(0, 2, 1, 1) }),
            new MaxPool2d(3, 2, new Padding(0, 0, 1, 1), ceilMode: true),
            new Conv2d(20, 16, 3, random, new() { Padding = new Padding(2, 2, 1, 1) }),
            new AveragePool2d(2, 2, new Padding(1, 0, 1, 1), ceilMode: true, countIncludePad: false),
            new AveragePool2d(2, 1, Padding.Same))),
        ["pooling to one pixel"] = ([2, 2, 256], random => new Sequential(
            new MaxPool2d(2, channelAxis: -1), new Flatten(), new Linear(256, 3, random))),
        ["averages of one pixel"] = ([3, 3, 256], random => new Sequential(
            new AveragePool2d(3, channelAxis: -1),
            new BatchNorm(256, new() { ChannelAxis = -1 }),
            new Relu(),
            new Conv2d(256, 256, 3, random, new() { Groups = 256, Padding = 1, ChannelAxis = -1 }),
            new Residual(new Conv2d(256, 256, 1, random, new() { ChannelAxis = -1 })),
            new MaxPool2d(1, channelAxis: -1),
            new GlobalAveragePool2d(channelAxis: -1),
            new Linear(256, 512, random),
            new LayerNorm(512),
            new BatchNorm(512))),
        ["large image"] = ([96, 96, 24], random => new Sequential(
            new Conv2d(24, 4, 1, random, new() { ChannelAxis = -1 }), new Flatten(), new Linear(96 * 96 * 4, 100, random))),
        ["residual images"] = ([10, 10, 8], random => new Sequential(
            new Residual(
                new Sequential(
                    new Conv2d(8, 16, 3, random, new() { Padding = 1, Stride = 2, ChannelAxis = -1 }),
                    new BatchNorm(16, new() { ChannelAxis = -1 }),
                    new Relu(),
                    new Conv2d(16, 16, 3, random, new() { Padding = 1, ChannelAxis = -1 }),
                    new BatchNorm(16, new() { ChannelAxis = -1 })),
                new Sequential(
                    new Conv2d(8, 16, 1, random, new() { Stride = 2, ChannelAxis = -1 }), new BatchNorm(16, new() { ChannelAxis = -1 })),
                new Relu()),
            new Residual(new Conv2d(16, 16, 3, random, new() { Padding = 1, ChannelAxis = -1 })),
            new GlobalAveragePool2d(channelAxis: -1))),
        ["normalizations of images"] = ([6, 7, 7], random => new Sequential(
            new Conv2d(6, 8, 3, random, new() { Padding = 1 }),
            new GroupNorm(4, 8),
            new Relu(),
            new InstanceNorm(8),
            new Conv2d(8, 8, 3, random),
            new LayerNorm([8, 5, 5]),
            new ChannelDropout(0.5, random))),
        ["flattened and read again"] = ([6, 4, 4], random => new Sequential(
            new Conv2d(6, 8, 3, random, new() { Padding = 1 }), new Flatten(), new BatchNorm(128), new Relu(), new Linear(128, 4, random))),
        ["sequences"] = ([5, 6], random => new Sequential(new Tanh(), new LayerNorm(6), new Flatten(), new Linear(30, 4, random))),
        ["graph"] = ([11], random => new Graph(
            new GraphNode("a", new Linear(11, 11, random), Graph.Input),
            new GraphNode("b", new Relu(), "a"),
            new GraphNode("c", new BatchNorm(11), "a", "b", Graph.Input),
            new GraphNode("d", new Linear(11, 11, random), "c"),
            new GraphNode("e", new Linear(11, 11, random), "d", "a"))),
        ["ResNet"] = ([12, 12, 3], random => ResidualNetwork.Create(3, 10, random, new()
        {
            Blocks = 1,
            Normalization = convolution => new BatchNorm(convolution.Outputs, new() { ChannelAxis = -1 }),
        })),
    };

    /// <summary>Creates a network whose running statistics, γ and β are not the initial ones, and the shape of its samples.</summary>
    public static (Layer Network, nint[] Sample) Create(string name)
    {
        (nint[] sample, Func<RandomSource, Layer> create) = All[name];
        Layer network = create(new RandomSource(7));
        foreach ((Parameter parameter, int i) in network.Parameters.Select((parameter, i) => (parameter, i)))
        {
            if (parameter.Value.Rank == 1)
            {
                TensorPrimitives.Add(parameter.Values, TestData.Uniform(parameter.Length, i), parameter.Values);
            }
        }

        for (int pass = 0; pass < 3; pass++)
        {
            network.Forward(Samples(sample, 16, pass), Pass.Training);
        }

        return (network, sample);
    }

    /// <summary>A batch of samples.</summary>
    public static Tensor<float> Samples(nint[] sample, int batch, int seed = 100)
    {
        nint length = sample.Aggregate((nint)batch, (product, axis) => product * axis);
        return TestData.Tensor(TestData.Uniform((int)length, seed), [batch, .. sample]);
    }

    private static Sequential Perceptron(RandomSource random, params int[] widths)
    {
        var layers = new List<Layer>();
        for (int i = 1; i < widths.Length; i++)
        {
            layers.Add(new Linear(widths[i - 1], widths[i], random));
            if (i < widths.Length - 1)
            {
                layers.AddRange([new BatchNorm(widths[i]), new Relu()]);
            }
        }

        return new Sequential(layers);
    }

    private static Sequential Convolutional(RandomSource random, int channels, int axis) => new(
        new Conv2d(channels, 10, 3, random, new() { Padding = 1, ChannelAxis = axis }),
        new BatchNorm(10, new() { ChannelAxis = axis }),
        new Relu(),
        new MaxPool2d(2, channelAxis: axis),
        new Conv2d(10, 24, 3, random, new() { ChannelAxis = axis }),
        new BatchNorm(24, new() { ChannelAxis = axis }),
        new Relu(),
        new AveragePool2d(2, channelAxis: axis),
        new Flatten(),
        new Linear(48, 6, random));
}
