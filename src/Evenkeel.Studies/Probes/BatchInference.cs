using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Studies.Training;
using Evenkeel.Training;

namespace Evenkeel.Studies.Probes;

/// <summary>Inference with the statistics of the current batch.</summary>
internal static class BatchInference
{
    /// <summary>The normalizations of a network that keep running statistics.</summary>
    public static IEnumerable<RunningNormalization> Normalizations(this Sequential network) =>
        network.Layers.OfType<RunningNormalization>();

    /// <summary>Sets the statistics source of all normalizations.</summary>
    public static void SetSource(this Sequential network, StatisticsSource source)
    {
        foreach (RunningNormalization normalization in network.Normalizations())
        {
            normalization.Source = source;
        }
    }

    /// <summary>The accuracy on batches, each normalized by its own statistics.</summary>
    /// <param name="network">The network.</param>
    /// <param name="batches">The batches.</param>
    /// <param name="count">The number of batches.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    public static double Accuracy(Sequential network, PoolBatches batches, int count, CancellationToken cancellationToken)
    {
        var loss = new SoftmaxCrossEntropy();
        int correct = 0;
        network.SetSource(StatisticsSource.Batch);
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            batches.MoveNext();
            correct += loss.CountCorrect(network.Predict(batches.Inputs), batches.Targets)!.Value;
        }

        network.SetSource(StatisticsSource.ByPass);
        return (double)correct / (count * batches.Targets.FlattenedLength);
    }
}
