using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Studies.Training;

/// <summary>Creates normalizations by their level's name, for channels on the last axis.</summary>
internal static class NormalizationFamily
{
    /// <summary>The level of Batch Renormalization.</summary>
    public const string Renorm = "renorm";

    /// <summary>The level of Cross-Iteration batch normalization.</summary>
    public const string CrossIteration = "cross-iteration";

    /// <summary>The level of group normalization.</summary>
    public const string Group = "group";

    /// <summary>The level of layer normalization.</summary>
    public const string Layer = "layer";

    /// <summary>The level of instance normalization.</summary>
    public const string Instance = "instance";

    /// <summary>The number of channels in a group: the best of the sizes that the paper on group normalization tries.</summary>
    public const int GroupWidth = 16;

    /// <summary>The window of Cross-Iteration batch normalization, in iterations.</summary>
    public const int Window = 4;

    private const int ChannelLast = -1;

    /// <summary>
    /// Returns a function that creates the normalization after a linear layer or a convolution; null for <see cref="StudyNetworks.None"/>.
    /// </summary>
    /// <remarks>
    /// Layer normalization normalizes all pixels and channels of a sample together, as in the paper on group normalization.
    /// Renormalization has the paper's schedule, scaled so that its 40,000 steps are two fifths of the updates.
    /// </remarks>
    /// <param name="level">The level.</param>
    /// <param name="updates">The number of updates of the training.</param>
    /// <param name="newWeight">The weight of a new batch in the running statistics.</param>
    public static Func<IChannelwiseLinear, Layer>? Of(string level, int updates, double newWeight)
    {
        var average = RunningAverage.Exponential(newWeight);
        var batch = new BatchNormOptions { ChannelAxis = ChannelLast, RunningAverage = average };
        var groups = new GroupNormOptions { ChannelAxis = ChannelLast };
        return level switch
        {
            StudyNetworks.None => null,
            Layer => layer => new GroupNorm(1, layer.Outputs, groups),
            Group => layer => new GroupNorm(layer.Outputs / GroupWidth, layer.Outputs, groups),
            Instance => layer => new InstanceNorm(layer.Outputs, new InstanceNormOptions { ChannelAxis = ChannelLast, Affine = true }),
            Renorm => layer => new BatchRenorm(
                layer.Outputs,
                new BatchRenormOptions { ChannelAxis = ChannelLast, RunningAverage = average, Schedule = Schedule(updates) }),
            CrossIteration => layer => new CrossIterationBatchNorm(layer, new CrossIterationOptions { Window = Window, BatchNorm = batch }),
            _ => layer => new BatchNorm(layer.Outputs, batch),
        };
    }

    private static RenormSchedule Schedule(int updates) =>
        RenormSchedule.Linear(warmUp: updates / 20, rMax: 3, rMaxAt: updates * 2 / 5, dMax: 5, dMaxAt: updates / 4);
}
