using Evenkeel.Layers;
using static System.FormattableString;

namespace Evenkeel.Normalization;

/// <summary>The normalizers by name, as the command and the studies offer them, for channels on the last axis.</summary>
internal static class NormalizerCatalog
{
    /// <summary>A name in the catalog.</summary>
    public const string Batch = "batch", None = "none", Layer = "layer", Rms = "rms", Instance = "instance", Group = "group",
        Renorm = "renorm", CrossIteration = "cross-iteration", Ghost = "ghost";

    /// <summary>The window of <see cref="CrossIteration"/>, in iterations.</summary>
    public const int Window = 4;

    /// <summary>The number of samples in a chunk of <see cref="Ghost"/>.</summary>
    public const int Chunk = 32;

    private const int MaxGroups = 32;
    private const int MinGroupWidth = 4;
    private const int ChannelLast = -1;

    /// <summary>All normalizers, in the order for users.</summary>
    public static IReadOnlyList<NormalizerEntry> All { get; } =
    [
        new(Batch, "each channel over the batch", static (layer, settings) => new BatchNorm(layer.Outputs, OfBatch(settings))),
        new(None, "no normalization", null),
        new(Layer, "each position over its channels", static (layer, _) => new LayerNorm(layer.Outputs)),
        new(Rms, "as layer, by the root mean square alone", static (layer, _) => new RmsNorm(layer.Outputs)),
        new(Instance, "each channel of a sample over its positions", static (layer, settings) => new InstanceNorm(
            layer.Outputs, new InstanceNormOptions { ChannelAxis = ChannelLast, Affine = settings.AffineInstance })),
        new(
            Group,
            Invariant($"each group of channels of a sample: up to {MaxGroups} groups of at least {MinGroupWidth} channels"),
            static (layer, settings) => new GroupNorm(
                settings.Groups(layer.Outputs), layer.Outputs, new GroupNormOptions { ChannelAxis = ChannelLast })),
        new(Renorm, "as batch, corrected to the running statistics", static (layer, settings) => new BatchRenorm(
            layer.Outputs, OfRenorm(settings))),
        new(CrossIteration, Invariant($"as batch, over the last {Window} iterations"), static (layer, settings) =>
            new CrossIterationBatchNorm(layer, new CrossIterationOptions { Window = Window, BatchNorm = OfBatch(settings) })),
        new(Ghost, Invariant($"as batch, over chunks of {Chunk} samples"), static (layer, settings) =>
            new GhostBatchNorm(Chunk, layer.Outputs, OfBatch(settings))),
    ];

    /// <summary>Returns a function that creates a normalizer after a linear layer or a convolution; null for <see cref="None"/>.</summary>
    /// <exception cref="ArgumentException">The catalog has no such name.</exception>
    public static Func<IChannelwiseLinear, Layer>? Find(string name, NormalizerSettings? settings = null)
    {
        NormalizerEntry entry = All.FirstOrDefault(entry => entry.Name == name)
            ?? throw new ArgumentException($"There is no normalizer '{name}'.", nameof(name));
        settings ??= new NormalizerSettings();
        return entry.Create is { } create ? layer => create(layer, settings) : null;
    }

    /// <summary>The largest number of groups, up to 32, that divides the channels into groups of at least 4.</summary>
    /// <remarks>On [N, C] a group of one channel has no variance, and its output would be β.</remarks>
    public static int Groups(int channels)
    {
        int groups = Math.Clamp(channels / MinGroupWidth, 1, MaxGroups);
        while (channels % groups != 0)
        {
            groups--;
        }

        return groups;
    }

    private static BatchNormOptions OfBatch(NormalizerSettings settings)
    {
        var options = new BatchNormOptions { ChannelAxis = ChannelLast };
        return settings.RunningAverage is { } average ? options with { RunningAverage = average } : options;
    }

    private static BatchRenormOptions OfRenorm(NormalizerSettings settings)
    {
        var options = new BatchRenormOptions { ChannelAxis = ChannelLast, Schedule = settings.RenormSchedule };
        return settings.RunningAverage is { } average ? options with { RunningAverage = average } : options;
    }
}
