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

    public bool TakesMasks => MasksOf([2, 2, 2]).Any();

    public override string ToString() => Name;

    /// <summary>The layer's own forward pass, with a mask or without.</summary>
    public static Tensor<float> Forward(Layer layer, Tensor<float> input, Tensor<bool>? mask, Pass pass = Pass.Training) =>
        (layer, mask) switch
        {
            (_, null) => layer.Forward(input, pass),
            (BatchNorm norm, _) => norm.Forward(input, mask, pass),
            (GroupNorm norm, _) => norm.Forward(input, mask, pass),
            (RowNormalization norm, _) => norm.Forward(input, mask, pass),
            _ => throw new ArgumentException($"{layer} takes no mask."),
        };

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

/// <summary>All normalizers of the family.</summary>
internal static class Normalizers
{
    public static Normalizer[] All { get; } =
    [
        .. ByChannel(axis: 1),
        .. ByChannel(axis: -1),
        ByRow("layer", 1, (shape, affine, epsilon) => new LayerNorm(shape, new() { Weight = affine, Bias = affine, Epsilon = epsilon })),
        ByRow("layer", 2, (shape, affine, epsilon) => new LayerNorm(shape, new() { Weight = affine, Bias = affine, Epsilon = epsilon })),
        ByRow("RMS", 1, (shape, affine, epsilon) => new RmsNorm(shape, new() { Weight = affine, Epsilon = epsilon })) with { SubtractsMean = false },
        ByRow("RMS", 2, (shape, affine, epsilon) => new RmsNorm(shape, new() { Weight = affine, Epsilon = epsilon })) with { SubtractsMean = false },
    ];

    public static Normalizer Named(string name) => All.Single(normalizer => normalizer.Name == name);

    /// <summary>Three groups where they divide the channels, otherwise two, otherwise one.</summary>
    public static int Groups(nint channels) => channels % 3 == 0 ? 3 : channels % 2 == 0 ? 2 : 1;

    private static Normalizer[] ByChannel(int axis)
    {
        return
        [
            Of("batch",
                (channels, affine, epsilon) => new BatchNorm(channels, new() { ChannelAxis = axis, Affine = affine, Epsilon = epsilon }),
                (_, place) => place.Channel) with
            {
                Fits = lengths => Product(lengths) / Channels(lengths) > 1,
                MasksOf = lengths => [Normalizer.WithoutChannels(lengths, axis)],
            },
            Instance("instance", null),
            Instance("instance, running", RunningAverage.Exponential(0.1)),
            Group("group (1)", _ => 1),
            Group("group (G)", Groups),
            Group("group (C)", channels => (int)channels),
        ];

        nint Channels(nint[] lengths) => axis < 0 ? lengths[^1] : lengths[axis];

        static int Product(nint[] lengths) => Normalizer.Product(lengths);

        Normalizer Instance(string name, RunningAverage? average) => Of(name,
            (channels, affine, epsilon) => new InstanceNorm(
                channels, new() { ChannelAxis = axis, Affine = affine, Epsilon = epsilon, RunningAverage = average }),
            (lengths, place) => place.Sample * (int)Channels(lengths) + place.Channel) with
        {
            Fits = lengths => Product(lengths[1..]) / Channels(lengths) > 1,
        };

        Normalizer Group(string name, Func<nint, int> groups) => Of(name,
            (channels, affine, epsilon) => new GroupNorm(
                groups(channels), channels, new() { ChannelAxis = axis, Affine = affine, Epsilon = epsilon }),
            (lengths, place) =>
            {
                int count = groups(Channels(lengths));
                return place.Sample * count + place.Channel / ((int)Channels(lengths) / count);
            }) with
        {
            MasksOf = lengths => [Normalizer.WithoutChannels(lengths, axis)],
        };

        Normalizer Of(string name, Func<int, bool, double, Layer> make, Func<nint[], Place, int> setOf) => new(
            axis < 0 ? $"{name}, channel last" : name,
            (lengths, affine, epsilon) => make((int)Channels(lengths), affine, epsilon),
            _ => true,
            setOf,
            (_, place) => place.Channel,
            _ => [])
        {
            Axis = axis,
        };
    }

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
