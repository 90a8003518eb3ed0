using System.CommandLine;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Cli.Commands;

/// <summary><c>--norm</c>: the normalization before each activation.</summary>
internal static class NormOption
{
    /// <summary><c>--norm</c>.</summary>
    public static Option<string> Create() => SharedOptions.Choice(
        "--norm",
        "Normalization before each activation, as above (default batch); instance is for cnn and resnet20.",
        [.. NormalizerCatalog.All.Select(entry => entry.Name)]);

    /// <summary>The values of <c>--norm</c> and their meanings, for a section of the help.</summary>
    public static (string Label, string Meaning)[] Meanings() =>
        [.. NormalizerCatalog.All.Select(entry => (entry.Name, entry.Description))];

    /// <summary>Creates the normalization after a linear layer or a convolution, for channels on the last axis; null for none.</summary>
    /// <param name="name">The value of <c>--norm</c>.</param>
    /// <param name="samples">The samples of an epoch.</param>
    /// <param name="batchSize">The number of samples per step.</param>
    /// <param name="positions">The number of positions of a channel where it has the fewest; 1 in an mlp.</param>
    /// <exception cref="UsageException">The normalization cannot be used in this network, or with this batch size.</exception>
    public static Func<IChannelwiseLinear, Layer>? Normalization(string name, Dataset<int> samples, int batchSize, int positions = 1)
    {
        if (positions == 1)
        {
            CheckSinglePositions(name, samples.Count, batchSize);
        }

        return NormalizerCatalog.Find(name, new NormalizerSettings { RenormSchedule = Schedule(samples.BatchCount(batchSize)) });
    }

    /// <summary>Refuses normalizations that would have a single value for their statistics.</summary>
    private static void CheckSinglePositions(string name, int samples, int batchSize)
    {
        switch (name)
        {
            case NormalizerCatalog.Instance:
                throw new UsageException(
                    "--norm instance computes its statistics over the positions of a channel, and here a channel has one, "
                    + "as always in an mlp; use layer or group.");
            case NormalizerCatalog.Batch or NormalizerCatalog.Renorm or NormalizerCatalog.CrossIteration:
                TrainingLimits.CheckLastBatch(samples, batchSize);
                break;
            case NormalizerCatalog.Ghost:
                const int Chunk = NormalizerCatalog.Chunk;
                TrainingLimits.CheckLastBatch(samples, batchSize);
                TrainingLimits.CheckLastBatch(Math.Min(batchSize, samples), Chunk, "chunks");
                TrainingLimits.CheckLastBatch(samples % batchSize == 0 ? Chunk : samples % batchSize, Chunk, "chunks");
                break;
        }
    }

    /// <summary>The schedule of the paper, with an epoch for its first 5,000 steps.</summary>
    private static RenormSchedule Schedule(long epoch) =>
        RenormSchedule.Linear(warmUp: epoch, rMax: 3, rMaxAt: 8 * epoch, dMax: 5, dMaxAt: 5 * epoch);
}
