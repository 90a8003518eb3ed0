using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Studies.Training;

/// <summary>Creates normalizations by their level's name, for channels on the last axis.</summary>
internal static class NormalizationFamily
{
    /// <summary>The level of Batch Renormalization.</summary>
    public const string Renorm = NormalizerCatalog.Renorm;

    /// <summary>The level of Cross-Iteration batch normalization.</summary>
    public const string CrossIteration = NormalizerCatalog.CrossIteration;

    /// <summary>The level of group normalization.</summary>
    public const string Group = NormalizerCatalog.Group;

    /// <summary>The level of layer normalization.</summary>
    public const string Layer = NormalizerCatalog.Layer;

    /// <summary>The level of instance normalization.</summary>
    public const string Instance = NormalizerCatalog.Instance;

    /// <summary>The number of channels in a group: the best of the sizes that the paper on group normalization tries.</summary>
    public const int GroupWidth = 16;

    /// <summary>The window of Cross-Iteration batch normalization, in iterations.</summary>
    public const int Window = NormalizerCatalog.Window;

    /// <summary>
    /// Returns a function that creates the normalization after a linear layer or a convolution; null for <see cref="StudyNetworks.None"/>.
    /// </summary>
    /// <remarks>
    /// Layer normalization normalizes all pixels and channels of a sample together, as one group, as in the paper on group normalization.
    /// Renormalization has the paper's schedule, scaled so that its 40,000 steps are two fifths of the updates.
    /// </remarks>
    /// <param name="level">The level.</param>
    /// <param name="updates">The number of updates of the training.</param>
    /// <param name="newWeight">The weight of a new batch in the running statistics.</param>
    public static Func<IChannelwiseLinear, Layer>? Of(string level, int updates, double newWeight) => NormalizerCatalog.Find(
        level == Layer ? Group : level,
        new NormalizerSettings
        {
            RunningAverage = RunningAverage.Exponential(newWeight),
            RenormSchedule = Schedule(updates),
            Groups = channels => level == Layer ? 1 : channels / GroupWidth,
            AffineInstance = true,
        });

    private static RenormSchedule Schedule(int updates) =>
        RenormSchedule.Linear(warmUp: updates / 20, rMax: 3, rMaxAt: updates * 2 / 5, dMax: 5, dMaxAt: updates / 4);
}
