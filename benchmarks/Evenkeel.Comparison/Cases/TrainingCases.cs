using System.Numerics.Tensors;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Comparison.Cases;

/// <summary>Training steps and inference of the networks of the benchmark <c>training-step</c>, and steps of the optimizers.</summary>
internal static class TrainingCases
{
    private const string Group = "training";

    private static readonly BatchNormOptions ChannelsLast = new() { ChannelAxis = -1 };

    public static IEnumerable<Case> All =>
    [
        .. Cases("mlp 784-5x100-10", [100, 784], random => Perceptron([100, 100, 100, 100, 100], random)),
        .. Cases("mlp 784-3x1024-10", [256, 784], random => Perceptron([1024, 1024, 1024], random)),
        .. Cases("cnn", [128, 28, 28, 1], random => ConvolutionalNetwork.Create(
            28, 1, 10, random, new ConvolutionalNetworkOptions { Normalization = before => new BatchNorm(before.Outputs, ChannelsLast) })),
        .. Cases("resnet-20", [128, 32, 32, 3], random => ResidualNetwork.Create(
            3, 10, random, new ResidualNetworkOptions { Normalization = before => new BatchNorm(before.Outputs, ChannelsLast) })),
        Step("sgd", () => new Sgd(1e-6, momentum: 0.9, weightDecay: 1e-4)),
        Step("adam", () => new Adam(1e-6)),
    ];

    private static IEnumerable<Case> Cases(string name, nint[] input, Func<RandomSource, Sequential> make) =>
    [
        new(Group, $"{name} step", () =>
        {
            var trainer = new Trainer<int>(make(new RandomSource(1)), new SoftmaxCrossEntropy(), new Sgd(0.01));
            Tensor<float> inputs = Data.Normal(input, seed: 2);
            Tensor<int> labels = Tensor.Create(Enumerable.Range(0, (int)input[0]).Select(i => i % 10).ToArray());
            return () => trainer.Step(inputs, labels);
        }),
        new(Group, $"{name} inference", () =>
        {
            Sequential folded = Folding.Fold(make(new RandomSource(1)));
            Tensor<float> inputs = Data.Normal(input, seed: 2);
            return () => folded.Predict(inputs);
        }),
    ];

    private static Case Step(string name, Func<Optimizer> make) => new(Group, $"{name} step alone", () =>
    {
        Optimizer optimizer = make();
        Sequential network = Perceptron([1024, 1024, 1024], new RandomSource(1));
        return () => optimizer.Step(network.Parameters);
    });

    private static Sequential Perceptron(int[] hidden, RandomSource random) => MultilayerPerceptron.Create(
        784, hidden, 10, random, new MultilayerPerceptronOptions { Normalization = before => new BatchNorm(before.Outputs) });
}
