using System.CommandLine;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Cli.Commands;

/// <summary><c>--norm</c>: the normalization before each activation.</summary>
internal static class NormOption
{
    private const int MostGroups = 32;
    private const int LeastGroupWidth = 4;
    private const int Chunk = 32;
    private const int ChannelLast = -1;

    private static readonly BatchNormOptions Batch = new() { ChannelAxis = ChannelLast };

    /// <summary>The window of <c>cross-iteration</c>.</summary>
    public const int Window = 4;

    /// <summary><c>--norm</c>.</summary>
    public static Option<string> Create() => SharedOptions.Choice(
        "--norm",
        "Normalization before each activation (default batch). layer, rms: over the channels of each position; "
        + "instance: for cnn and resnet20; group: up to 32 groups of at least 4 channels; "
        + "cross-iteration: the last 4 iterations; ghost: chunks of 32 images.",
        "batch", "none", "layer", "rms", "instance", "group", "renorm", "cross-iteration", "ghost");

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
            CheckSinglePlaces(name, samples.Count, batchSize);
        }

        long epoch = samples.BatchCount(batchSize);
        return name switch
        {
            "none" => null,
            "layer" => static layer => new LayerNorm(layer.Outputs),
            "rms" => static layer => new RmsNorm(layer.Outputs),
            "instance" => static layer => new InstanceNorm(layer.Outputs, new InstanceNormOptions { ChannelAxis = ChannelLast }),
            "group" => static layer => new GroupNorm(
                Groups(layer.Outputs), layer.Outputs, new GroupNormOptions { ChannelAxis = ChannelLast }),
            "renorm" => layer => new BatchRenorm(
                layer.Outputs, new BatchRenormOptions { Schedule = Schedule(epoch), ChannelAxis = ChannelLast }),
            "cross-iteration" => static layer => new CrossIterationBatchNorm(
                layer, new CrossIterationOptions { Window = Window, BatchNorm = Batch }),
            "ghost" => static layer => new GhostBatchNorm(Chunk, layer.Outputs, Batch),
            _ => static layer => new BatchNorm(layer.Outputs, Batch),
        };
    }

    /// <summary>Refuses normalizations that would have a single value for their statistics.</summary>
    private static void CheckSinglePlaces(string name, int samples, int batchSize)
    {
        switch (name)
        {
            case "instance":
                throw new UsageException(
                    "--norm instance computes its statistics over the positions of a channel, and here a channel has one, "
                    + "as always in an mlp; use layer or group.");
            case "batch" or "renorm" or "cross-iteration":
                TrainingLimits.CheckLastBatch(samples, batchSize);
                break;
            case "ghost":
                TrainingLimits.CheckLastBatch(samples, batchSize);
                TrainingLimits.CheckLastBatch(Math.Min(batchSize, samples), Chunk, "chunks");
                TrainingLimits.CheckLastBatch(samples % batchSize == 0 ? Chunk : samples % batchSize, Chunk, "chunks");
                break;
        }
    }

    /// <summary>The schedule of the paper, with an epoch for its first 5,000 steps.</summary>
    private static RenormSchedule Schedule(long epoch) =>
        RenormSchedule.Linear(warmUp: epoch, rMax: 3, rMaxAt: 8 * epoch, dMax: 5, dMaxAt: 5 * epoch);

    /// <summary>The largest number of groups of at least 4 channels.</summary>
    /// <remarks>On [N, C] a group of one channel has no variance, and its output would be β.</remarks>
    private static int Groups(int channels)
    {
        int groups = Math.Clamp(channels / LeastGroupWidth, 1, MostGroups);
        while (channels % groups != 0)
        {
            groups--;
        }

        return groups;
    }
}
