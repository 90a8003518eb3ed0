using Evenkeel.Data;
using Evenkeel.Training;

namespace Evenkeel.Studies.Training;

/// <summary>Training by a number of updates.</summary>
internal static class TrainingLoop
{
    /// <summary>Makes updates on full batches; a last one that is smaller would have other statistics.</summary>
    /// <param name="trainer">What trains.</param>
    /// <param name="data">What it learns from, shuffled anew each time it has been through.</param>
    /// <param name="batchSize">How many samples an update sees, or as many as there are.</param>
    /// <param name="updates">How many updates.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="after">Is told the number of each update, from 1, and the loss before it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
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
