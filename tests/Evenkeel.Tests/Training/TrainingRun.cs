using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Tests.Training;

/// <summary>
/// The training of a small network with batch normalization and dropout on made-up data: every second batch is smaller
/// than the others, as an epoch's last is.
/// </summary>
internal sealed class TrainingRun
{
    private const int Inputs = 23;
    private const int Classes = 5;

    private readonly (Tensor<float> Inputs, Tensor<int> Labels)[] _batches;
    private readonly Sequential _network;
    private readonly Trainer<int> _trainer;
    private int _step;

    public TrainingRun(string optimizer, string activation, int batch, int[] hidden)
    {
        _batches = [Batch(batch, seed: 1), Batch(batch / 2, seed: 2)];
        _network = MultilayerPerceptron.Create(Inputs, hidden, Classes, new RandomSource(7), new()
        {
            Normalization = linear => new BatchNorm(linear.Outputs),
            Activation = activation switch
            {
                "relu" => () => new Relu(),
                "sigmoid" => () => new Sigmoid(),
                "tanh" => () => new Tanh(),
                _ => throw new ArgumentException(activation, nameof(activation)),
            },
            Dropout = 0.2,
        });
        _trainer = new Trainer<int>(_network, new SoftmaxCrossEntropy(), optimizer switch
        {
            "sgd" => new Sgd(0.1, weightDecay: 1e-3),
            "momentum" => new Sgd(0.1, momentum: 0.9),
            "nesterov" => new Sgd(0.1, momentum: 0.9, nesterov: true),
            "adam" => new Adam(0.01),
            _ => throw new ArgumentException(optimizer, nameof(optimizer)),
        });
    }

    public static string[] Optimizers { get; } = ["sgd", "momentum", "nesterov", "adam"];

    public static string[] Activations { get; } = ["relu", "sigmoid", "tanh"];

    /// <summary>Takes training steps; returns the last loss.</summary>
    public double Steps(int count)
    {
        double loss = 0;
        for (int i = 0; i < count; i++)
        {
            (Tensor<float> inputs, Tensor<int> labels) = _batches[_step++ % 2];
            loss = _trainer.Step(inputs, labels);
        }

        return loss;
    }

    public int? CountCorrect() =>
        _trainer.Loss.CountCorrect(_network.Forward(_batches[0].Inputs, Pass.Inference), _batches[0].Labels);

    /// <summary>All parameters and running statistics.</summary>
    public float[] State() =>
    [
        .. _network.Parameters.SelectMany(parameter => parameter.Value),
        .. _network.Layers.OfType<BatchNorm>().SelectMany(layer =>
            layer.RunningStatistics!.Mean.Concat(layer.RunningStatistics.Variance)).Select(value => (float)value),
    ];

    private static (Tensor<float>, Tensor<int>) Batch(int size, int seed)
    {
        float[] x = TestData.Uniform(size * Inputs, seed);
        int[] labels = [.. Enumerable.Range(0, size).Select(n => (int)((x[n * Inputs] + 1) / 2 * Classes))];
        return (TestData.Tensor(x, size, Inputs), TestData.Tensor(labels, size));
    }
}
