using System.CommandLine;
using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Cli.Commands;

/// <summary><c>--norm</c>: what stands before each activation.</summary>
internal static class NormOption
{
    private const int MostGroups = 32;
    private const int LeastGroupWidth = 4;
    private const int Chunk = 32;

    /// <summary>The window of <c>cross-iteration</c>.</summary>
    public const int Window = 4;

    /// <summary><c>--norm</c>.</summary>
    public static Option<string> Create() => SharedOptions.Choice(
        "--norm",
        "Normalization before each activation (default batch). group: up to 32 groups of at least 4 channels; "
        + "cross-iteration: the last 4 iterations; ghost: chunks of 32 images.",
        "batch", "none", "layer", "rms", "instance", "group", "renorm", "cross-iteration", "ghost");

    /// <summary>Makes the normalization that stands behind a linear layer; null for none.</summary>
    /// <param name="name">What <c>--norm</c> says.</param>
    /// <param name="samples">How many samples an epoch has.</param>
    /// <param name="batchSize">How many samples a step sees.</param>
    /// <exception cref="UsageException">It cannot be used in this network, or with this batch size.</exception>
    public static Func<Linear, Layer>? Normalization(string name, int samples, int batchSize)
    {
        switch (name)
        {
            case "batch" or "renorm" or "cross-iteration":
                TrainingLimits.CheckLastBatch(samples, batchSize);
                break;
            case "ghost":
                TrainingLimits.CheckLastBatch(samples, batchSize);
                TrainingLimits.CheckLastBatch(Math.Min(batchSize, samples), Chunk, "chunks");
                TrainingLimits.CheckLastBatch(samples % batchSize == 0 ? Chunk : samples % batchSize, Chunk, "chunks");
                break;
        }

        long epoch = (samples - 1L) / batchSize + 1;
        return name switch
        {
            "none" => null,
            "layer" => static linear => new LayerNorm(linear.Outputs),
            "rms" => static linear => new RmsNorm(linear.Outputs),
            "group" => static linear => new GroupNorm(Groups(linear.Outputs), linear.Outputs),
            "renorm" => linear => new BatchRenorm(linear.Outputs, new BatchRenormOptions { Schedule = Schedule(epoch) }),
            "cross-iteration" => static linear => new CrossIterationBatchNorm(linear, new CrossIterationOptions { Window = Window }),
            "ghost" => static linear => new GhostBatchNorm(Chunk, linear.Outputs),
            "instance" => throw new UsageException(
                "--norm instance takes its statistics over the places of a channel, and a layer of an mlp has one; try layer or group."),
            _ => static linear => new BatchNorm(linear.Outputs),
        };
    }

    /// <summary>The paper's schedule, with an epoch for its first 5,000 steps.</summary>
    private static RenormSchedule Schedule(long epoch) =>
        RenormSchedule.Linear(warmUp: epoch, rMax: 3, rMaxAt: 8 * epoch, dMax: 5, dMaxAt: 5 * epoch);

    /// <summary>On [N, C] a group has as many values as channels: one of a single channel has no variance, and would be β alone.</summary>
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
