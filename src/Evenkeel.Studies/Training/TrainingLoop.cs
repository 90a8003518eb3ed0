using Evenkeel.Data;
using Evenkeel.Training;

namespace Evenkeel.Studies.Training;

/// <summary>Trains for a number of updates.</summary>
internal static class TrainingLoop
{
    /// <summary>Makes updates on full batches; smaller last batches, which would have other statistics, are dropped.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="data">The training data, shuffled anew in each epoch.</param>
    /// <param name="batchSize">The batch size; all samples if there are fewer.</param>
    /// <param name="updates">The number of updates.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="after">Receives the number of each update, from 1, and the loss before it; null for none.</param>
    /// <param name="cancellationToken">Cancels the training.</param>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public static void Run(
        Trainer<int> trainer,
        Dataset<int> data,
        int batchSize,
        int updates,
        int seed,
        Action<int, double>? after,
        CancellationToken cancellationToken)
    {
        var batches = new Batches<int>(data, Math.Min(batchSize, data.Count), (ulong)seed, dropLast: true);
        for (int update = 1, epoch = 1; update <= updates; update++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!batches.MoveNext())
            {
                batches.Start(epoch++);
                batches.MoveNext();
            }

            double loss = trainer.Step(batches.Inputs, batches.Targets);
            after?.Invoke(update, loss);
        }
    }
}
