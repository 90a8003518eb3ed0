using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Tests.Normalization;

/// <summary>
/// A normalizer of the family as the tests see it: how to make it for an input, and which elements share statistics and
/// which share weights.
/// </summary>
/// <param name="Name">What it is called in the tests and in the table of errors.</param>
/// <param name="Make">Makes it, for inputs of the given lengths, with weights or without, and with this ε.</param>
/// <param name="Fits">Whether inputs of these lengths can be normalized so, in training.</param>
/// <param name="SetOf">The set of an element.</param>
/// <param name="WeightOf">The weight of an element.</param>
/// <param name="MasksOf">The shapes that masks of an input may have; none where it takes no masks.</param>
internal sealed record Normalizer(
    string Name,
    Func<nint[], bool, double, Layer> Make,
    Func<nint[], bool> Fits,
    Func<nint[], Place, int> SetOf,
    Func<nint[], Place, int> WeightOf,
    Func<nint[], IEnumerable<nint[]>> MasksOf)
{
    /// <summary>The axis of the channels; 1 too where there are none.</summary>
    public int Axis { get; init; } = 1;

    public bool SubtractsMean { get; init; } = true;

    /// <summary>Whether masks have the input's first axes, instead of all but that of the channels.</summary>
    public bool MaskLeads { get; init; }

    /// <summary>How many values a mask must keep.</summary>
    public int MinKept { get; init; }

    /// <summary>Whether the running statistics take in one set of a channel after the other, instead of their mean.</summary>
    public bool UpdatesBySet { get; init; }

    /// <summary>Whether moments and gradients of parts of the batch are put together, each with its own rounding.</summary>
    public bool InParts { get; init; }

    /// <summary>r_max and d_max of the correction towards the running statistics; null where nothing is corrected.</summary>
    public (double RMax, double DMax)? Limits { get; init; }

    public bool TakesMasks => MasksOf([2, 2, 2]).Any();

    public override string ToString() => Name;

    /// <summary>The layer's own forward pass, with a mask or without.</summary>
    public static Tensor<float> Forward(Layer layer, Tensor<float> input, Tensor<bool>? mask, Pass pass = Pass.Training) =>
        (layer, mask) switch
        {
            (_, null) => layer.Forward(input, pass),
            (TwoParts parts, _) => parts.Forward(input, mask, pass),
            (BatchNorm norm, _) => norm.Forward(input, mask, pass),
            (GroupNorm norm, _) => norm.Forward(input, mask, pass),
            (RowNormalization norm, _) => norm.Forward(input, mask, pass),
            _ => throw new ArgumentException($"{layer} takes no mask."),
        };

    /// <summary>The running statistics of a layer, if it keeps any.</summary>
    public static RunningMoments? RunningOf(Layer layer) => layer switch
    {
        RunningNormalization norm => norm.RunningStatistics,
        TwoParts parts => parts.RunningStatistics,
        _ => null,
    };

    /// <summary>The running variance of each channel, or the running deviation where that is kept.</summary>
    public static Tensor<double> SpreadOf(RunningMoments running) =>
        running is RenormStatistics renorm ? renorm.Deviation : ((RunningStatistics)running).Variance;

    /// <summary>The places of all elements of an input.</summary>
    public IEnumerable<Place> Places(nint[] lengths)
    {
        ChannelView view = ChannelView.Of(lengths, Axis);
        int perSample = view.Length / (int)lengths[0];
        return Enumerable.Range(0, view.Length)
            .Select(i => new Place(i, i / perSample, i / view.Inner % view.Channels, i % perSample));
    }

    /// <summary>For each element, which element of a mask of these lengths is its own.</summary>
    public int[] PlacesInMask(nint[] lengths, nint[] mask)
    {
        ChannelView view = ChannelView.Of(lengths, Axis);
        int behind = MaskLeads ? view.Length / Product(mask) : 0;
        return [.. Enumerable.Range(0, view.Length).Select(i => MaskLeads
            ? i / behind
            : i / (view.Channels * view.Inner) * view.Inner + i % view.Inner)];
    }

    public static int Product(IEnumerable<nint> lengths) => (int)lengths.Aggregate((nint)1, (product, length) => product * length);

    public static nint[] WithoutChannels(nint[] lengths, int axis)
    {
        int channels = axis < 0 ? lengths.Length + axis : axis;
        return [.. lengths[..channels], .. lengths[(channels + 1)..]];
    }
}

/// <summary>Where an element is: its number, its sample, its channel, and its number within the sample.</summary>
internal readonly record struct Place(int Element, int Sample, int Channel, int InSample);

/// <summary>The normalizers of the family; cross-iteration, which needs a layer before it, has tests of its own.</summary>
internal static class Normalizers
{
    private const int Chunk = 3;

    /// <summary>Those that take a batch whole.</summary>
    public static Normalizer[] Whole { get; } =
    [
        .. ByChannel(axis: 1),
        .. ByChannel(axis: -1),
        ByRow("layer", 1, (shape, affine, epsilon) => new LayerNorm(shape, new() { Weight = affine, Bias = affine, Epsilon = epsilon })),
        ByRow("layer", 2, (shape, affine, epsilon) => new LayerNorm(shape, new() { Weight = affine, Bias = affine, Epsilon = epsilon })),
        ByRow("RMS", 1, (shape, affine, epsilon) => new RmsNorm(shape, new() { Weight = affine, Epsilon = epsilon }))
            with { SubtractsMean = false },
        ByRow("RMS", 2, (shape, affine, epsilon) => new RmsNorm(shape, new() { Weight = affine, Epsilon = epsilon }))
            with { SubtractsMean = false },
    ];

    /// <summary>All of them.</summary>
    public static Normalizer[] All { get; } = [.. Whole, .. OfParts(axis: 1), .. OfParts(axis: -1)];

    public static Normalizer Named(string name) => All.Single(normalizer => normalizer.Name == name);

    /// <summary>Three groups where they divide the channels, otherwise two, otherwise one.</summary>
    public static int Groups(nint channels) => channels % 3 == 0 ? 3 : channels % 2 == 0 ? 2 : 1;

    private static Normalizer[] ByChannel(int axis)
    {
        return
        [
            OfBatch("batch", axis, options => new BatchNorm(options.Channels, options.Settings)) with
            {
                MasksOf = lengths => [Normalizer.WithoutChannels(lengths, axis)],
                MinKept = 2,
            },
            OfBatch("renorm", axis, options => new BatchRenorm(options.Channels, new()
            {
                ChannelAxis = axis,
                Affine = options.Settings.Affine,
                Epsilon = options.Settings.Epsilon,
                RunningAverage = RunningAverage.Exponential(0.1),
                Schedule = RenormSchedule.Constant(rMax: 1.5, dMax: 1),
            })) with
            {
                Limits = (1.5, 1),
            },
            OfBatch("ghost", axis, options => new GhostBatchNorm(Chunk, options.Channels, options.Settings)) with
            {
                Fits = lengths => SmallestChunk(lengths) * Normalizer.Product(lengths[1..]) / Channels(lengths, axis) > 1,
                SetOf = (lengths, place) => place.Sample / Chunk * Channels(lengths, axis) + place.Channel,
                UpdatesBySet = true,
                InParts = true, // the chunks, and what is left of the batch
            },
            Instance("instance", null),
            Instance("instance, running", RunningAverage.Exponential(0.1)),
            Group("group (1)", _ => 1),
            Group("group (G)", Groups),
            Group("group (C)", channels => (int)channels),
        ];

        static int SmallestChunk(nint[] lengths) => lengths[0] % Chunk is var rest and > 0 ? (int)rest : Chunk;

        Normalizer Instance(string name, RunningAverage? average) => Of(name, axis,
            (channels, affine, epsilon) => new InstanceNorm(
                channels, new() { ChannelAxis = axis, Affine = affine, Epsilon = epsilon, RunningAverage = average }),
            (lengths, place) => place.Sample * Channels(lengths, axis) + place.Channel) with
        {
            Fits = lengths => Normalizer.Product(lengths[1..]) / Channels(lengths, axis) > 1,
        };

        Normalizer Group(string name, Func<nint, int> groups) => Of(name, axis,
            (channels, affine, epsilon) => new GroupNorm(
                groups(channels), channels, new() { ChannelAxis = axis, Affine = affine, Epsilon = epsilon }),
            (lengths, place) =>
            {
                int count = groups(Channels(lengths, axis));
                return place.Sample * count + place.Channel / (Channels(lengths, axis) / count);
            }) with
        {
            MasksOf = lengths => [Normalizer.WithoutChannels(lengths, axis)],
        };
    }

    private static Normalizer[] OfParts(int axis) =>
    [
        OfBatch("accumulated", axis, options => new TwoMicroBatches(new AccumulatedBatchNorm(options.Channels, options.Settings))) with
        {
            Fits = lengths => lengths[0] > 1,
            InParts = true,
        },
        OfBatch("synchronized", axis, options => new TwoReplicas(options.Channels, options.Settings)) with
        {
            Fits = lengths => lengths[0] > 1,
            MasksOf = lengths => [Normalizer.WithoutChannels(lengths, axis)],
            MinKept = 2,
            InParts = true,
        },
    ];

    /// <summary>A normalizer whose sets are the channels of a batch.</summary>
    private static Normalizer OfBatch(string name, int axis, Func<(int Channels, BatchNormOptions Settings), Layer> make) => Of(name, axis,
        (channels, affine, epsilon) => make((channels, new() { ChannelAxis = axis, Affine = affine, Epsilon = epsilon })),
        (_, place) => place.Channel) with
    {
        Fits = lengths => Normalizer.Product(lengths) / Channels(lengths, axis) > 1,
    };

    private static Normalizer Of(
        string name, int axis, Func<int, bool, double, Layer> make, Func<nint[], Place, int> setOf) => new(
        axis < 0 ? $"{name}, channel last" : name,
        (lengths, affine, epsilon) => make(Channels(lengths, axis), affine, epsilon),
        _ => true,
        setOf,
        (_, place) => place.Channel,
        _ => [])
        {
            Axis = axis,
        };

    private static int Channels(nint[] lengths, int axis) => (int)(axis < 0 ? lengths[^1] : lengths[axis]);

    private static Normalizer ByRow(string name, int axes, RowMaker make) => new(
        $"{name} ({(axes == 1 ? "last axis" : $"last {axes} axes")})",
        (lengths, affine, epsilon) => make([.. lengths[^axes..].Select(length => (int)length)], affine, epsilon),
        _ => true,
        (lengths, place) => place.Element / Normalizer.Product(lengths[^axes..]),
        (lengths, place) => place.Element % Normalizer.Product(lengths[^axes..]),
        lengths => Enumerable.Range(1, lengths.Length).Select(rank => lengths[..rank]))
    {
        MaskLeads = true,
    };

    private delegate Layer RowMaker(ReadOnlySpan<int> shape, bool affine, double epsilon);
}
