using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Studies.Training;
using Evenkeel.Training;

namespace Evenkeel.Studies.Probes;

/// <summary>Inference by the statistics of the very batch that is inferred.</summary>
internal static class BatchInference
{
    /// <summary>The normalizations of a network that keep running statistics.</summary>
    public static IEnumerable<RunningNormalization> Normalizations(this Sequential network) => network.Layers.OfType<RunningNormalization>();

    /// <summary>Has all normalizations take their statistics from a source.</summary>
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
    /// <param name="count">How many of them.</param>
    /// <param name="cancellationToken">Stops it.</param>
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
