using System.Diagnostics;
using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.TransferLearning;

/// <summary>A trained linear layer that classifies features.</summary>
/// <param name="Network">The layer, behind one that makes rows of its inputs.</param>
/// <param name="Accuracy">The fraction of correct classes on test data.</param>
/// <param name="Seconds">The duration of training.</param>
internal sealed record LastLayer(Sequential Network, double Accuracy, double Seconds)
{
    /// <summary>Trains a layer.</summary>
    /// <param name="train">The samples to learn from.</param>
    /// <param name="test">The samples for the accuracy.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="epochs">The number of passes over the samples.</param>
    public static LastLayer Train(Dataset<int> train, Dataset<int> test, int classes, int epochs)
    {
        int features = (int)TensorPrimitives.Product(train.SampleShape);
        var network = new Sequential(new Flatten(), new Linear(features, classes, new RandomSource(seed: 0)));
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Adam(learningRate: 0.001));
        long start = Stopwatch.GetTimestamp();
        trainer.Fit(train, new FitOptions { Epochs = epochs, BatchSize = 50 });
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new LastLayer(network, trainer.Evaluate(test).Accuracy!.Value, seconds);
    }

    /// <summary>Describes accuracy and duration.</summary>
    public override string ToString() => $"test accuracy {Accuracy:F4}, trained in {Seconds:F1} s";
}
