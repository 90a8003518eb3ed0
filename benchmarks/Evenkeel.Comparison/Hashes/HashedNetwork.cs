using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Comparison.Hashes;

/// <summary>A small network that is trained and hashed; together they have all normalizers but the accumulated one.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Input">The shape of a batch.</param>
/// <param name="Make">Makes the network.</param>
/// <param name="Optimizer">Makes the optimizer.</param>
internal sealed record HashedNetwork(string Name, nint[] Input, Func<RandomSource, Sequential> Make, Func<Optimizer> Optimizer)
{
    private const int Steps = 50;
    private const int Classes = 10;

    public static IReadOnlyList<HashedNetwork> All { get; } =
    [
        new("mlp-batch", [50, 64], PerceptronWithBatchNorm, () => new Sgd(0.05, momentum: 0.9, weightDecay: 1e-4)),
        new("mlp-rows", [50, 64], PerceptronWithRowNorms, () => new Adam(0.002)),
        new("cnn-batch", [20, 17, 17, 3], ResidualWithBatchNorm, () => new Sgd(0.05, momentum: 0.9, nesterov: true)),
        new("cnn-group-renorm", [20, 3, 16, 16], ConvolutionsWithGroupNorm, () => new Adam(0.002, weightDecay: 1e-3)),
        new("cnn-others", [20, 3, 16, 16], ConvolutionsWithOtherNorms, () => new Sgd(0.05)),
    ];

    /// <summary>Trains the network and hashes what it then holds and predicts.</summary>
    public NetworkHash Run()
    {
        (Sequential network, Tensor<float> inputs, double loss) = Train();
        using var hash = new HashWriter();
        hash.Add(network);
        hash.Add(network.Predict(inputs));
        return new NetworkHash(hash.ToString(), loss);
    }

    /// <summary>Trains the network.</summary>
    /// <returns>The network, the inputs of its last step, and the loss.</returns>
    public (Sequential Network, Tensor<float> Inputs, double Loss) Train()
    {
        var random = new RandomSource(1);
        Sequential network = Make(random);
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), Optimizer());
        Tensor<float> inputs = Tensor.CreateFromShape<float>(Input);
        var labels = new int[(int)Input[0]];
        double loss = 0;
        for (int step = 0; step < Steps; step++)
        {
            Fill(inputs.Elements(), labels, random.Next());
            loss = trainer.Step(inputs, Tensor.Create(labels));
        }

        return (network, inputs, loss);
    }

    /// <summary>Samples with a pattern that depends on their class, so that there is something to learn.</summary>
    private static void Fill(Span<float> inputs, Span<int> labels, RandomStream random)
    {
        random.FillNormal(inputs, mean: 0, standardDeviation: 1);
        int features = inputs.Length / labels.Length;
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = i % Classes;
            for (int j = labels[i]; j < features; j += Classes)
            {
                inputs[i * features + j] += 3;
            }
        }
    }

    private static Sequential PerceptronWithBatchNorm(RandomSource random) => new(
        new Linear(64, 96, random, bias: false),
        new BatchNorm(96),
        new Relu(),
        new Linear(96, 33, random),
        new BatchNorm(33, new BatchNormOptions { RunningAverage = RunningAverage.Cumulative }),
        new Sigmoid(),
        new Linear(33, Classes, random));

    private static Sequential PerceptronWithRowNorms(RandomSource random) => new(
        new Linear(64, 96, random),
        new LayerNorm(96),
        new Relu(),
        new Dropout(0.2, random),
        new Linear(96, 50, random),
        new RmsNorm(50),
        new Tanh(),
        new Dropout(0.1, random, DropoutKind.Classic),
        new Linear(50, Classes, random));

    private static Sequential ResidualWithBatchNorm(RandomSource random)
    {
        return new(
            Convolution(3, 16),
            Norm(16),
            new Relu(),
            new Residual(new Sequential(Convolution(16, 16), Norm(16), new Relu(), Convolution(16, 16), Norm(16)), activation: new Relu()),
            new Residual(
                new Sequential(Convolution(16, 24, stride: 2), Norm(24), new Relu(), Convolution(24, 24), Norm(24)),
                new Sequential(Convolution(16, 24, stride: 2), Norm(24)),
                new Relu()),
            new MaxPool2d(2, channelAxis: -1),
            new GlobalAveragePool2d(channelAxis: -1),
            new Linear(24, Classes, random));

        Conv2d Convolution(int inputs, int outputs, int stride = 1) => new(inputs, outputs, 3, random, new Conv2dOptions
        {
            Padding = 1,
            Stride = stride,
            Bias = false,
            ChannelAxis = -1,
        });

        static BatchNorm Norm(int channels) => new(channels, new BatchNormOptions { ChannelAxis = -1 });
    }

    private static Sequential ConvolutionsWithGroupNorm(RandomSource random) => new(
        new Conv2d(3, 16, 3, random, new Conv2dOptions { Padding = 1 }),
        new GroupNorm(4, 16),
        new Relu(),
        new AveragePool2d(2),
        new ChannelDropout(0.1, random),
        new Conv2d(16, 24, 3, random, new Conv2dOptions { Padding = 1 }),
        new BatchRenorm(24, new BatchRenormOptions { Schedule = RenormSchedule.Constant(rMax: 3, dMax: 5) }),
        new Relu(),
        new Flatten(),
        new Linear(24 * 8 * 8, Classes, random));

    private static Sequential ConvolutionsWithOtherNorms(RandomSource random)
    {
        var last = new Conv2d(16, 24, 3, random, new Conv2dOptions { Padding = 1 });
        return new(
            new Conv2d(3, 16, 3, random, new Conv2dOptions { Padding = 1 }),
            new InstanceNorm(16, new InstanceNormOptions { Affine = true, RunningAverage = RunningAverage.Exponential(newWeight: 0.1) }),
            new Relu(),
            new Conv2d(16, 16, 3, random, new Conv2dOptions { Stride = 2 }),
            new GhostBatchNorm(8, 16),
            new Relu(),
            last,
            new CrossIterationBatchNorm(last, new CrossIterationOptions { BurnIn = 10 }),
            new Relu(),
            new LayerNorm([24, 7, 7]),
            new Flatten(),
            new Linear(24 * 7 * 7, Classes, random));
    }
}
