using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Tests.Accuracy;

/// <summary>A normalizer in a layout, whose errors are measured.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Call">What PyTorch is asked for; see benchmarks/pytorch/normalization.py.</param>
/// <param name="Shapes">Lengths of inputs: for the tests, of the size that networks have, and large.</param>
/// <param name="SetOf">The set of an element.</param>
/// <param name="WeightOf">The number of an element's γ and β.</param>
/// <param name="Make">Makes the layer.</param>
internal sealed record NormalizerSubject(
    string Name,
    string Call,
    (nint[] Small, nint[] Usual, nint[] Large) Shapes,
    Func<nint[], int, int> SetOf,
    Func<nint[], int, int> WeightOf,
    Func<nint[], Layer> Make)
{
    private const int Groups = 8;

    private static readonly (nint[] Small, nint[] Usual, nint[] Large) Images = ([5, 16, 33, 31], [16, 64, 28, 28], [32, 64, 56, 56]);
    private static readonly (nint[] Small, nint[] Usual, nint[] Large) Vectors = ([60, 100], [256, 512], [4096, 1024]);

    public static NormalizerSubject[] All { get; } =
    [
        Batch("Batch norm, channel first", Images),
        Batch("Batch norm, channel last", ChannelLast(Images), -1),
        Batch("Batch norm of vectors", Vectors),
        Layer("Layer norm", ([60, 100], [1024, 768], [8192, 768])),
        Instance("Instance norm, channel first", Images),
        Instance("Instance norm, channel last", ChannelLast(Images), -1),
        Group("Group norm, channel first", Images),
        Group("Group norm, channel last", ChannelLast(Images), -1),
    ];

    /// <summary>Whether γ and β differ from element to element, and not from channel to channel.</summary>
    public bool WeighsElements { get; private init; }

    /// <summary>Whether there are running statistics.</summary>
    public bool Runs { get; private init; }

    public NormalizationProblem Problem(nint[] lengths, HardInput input)
    {
        IEnumerable<int> elements = Enumerable.Range(0, Product(lengths));
        return new NormalizationProblem(
            lengths, [.. elements.Select(i => SetOf(lengths, i))], [.. elements.Select(i => WeightOf(lengths, i))], input, Runs);
    }

    public override string ToString() => Name;

    private static NormalizerSubject Layer(string name, (nint[], nint[], nint[]) shapes) => new(
        name,
        "layer first",
        shapes,
        (lengths, i) => i / (int)lengths[1],
        (lengths, i) => i % (int)lengths[1],
        lengths => new LayerNorm((int)lengths[1]))
    {
        WeighsElements = true,
    };

    private static NormalizerSubject Batch(string name, (nint[], nint[], nint[]) shapes, int axis = 1) => ByChannel(
        name,
        "batch",
        shapes,
        axis,
        (_, channel, _) => channel,
        channels => new BatchNorm(channels, new() { ChannelAxis = axis, RunningAverage = RunningAverage.Cumulative })) with
    {
        Runs = true,
    };

    private static NormalizerSubject Instance(string name, (nint[], nint[], nint[]) shapes, int axis = 1) => ByChannel(
        name,
        "instance",
        shapes,
        axis,
        (sample, channel, channels) => sample * channels + channel,
        channels =>
            new InstanceNorm(channels, new() { ChannelAxis = axis, Affine = true, RunningAverage = RunningAverage.Cumulative })) with
    {
        Runs = true,
    };

    private static NormalizerSubject Group(string name, (nint[], nint[], nint[]) shapes, int axis = 1) => ByChannel(
        name,
        $"group-{Groups}",
        shapes,
        axis,
        (sample, channel, channels) => sample * Groups + channel / (channels / Groups),
        channels => new GroupNorm(Groups, channels, new() { ChannelAxis = axis }));

    /// <param name="name">What it is called.</param>
    /// <param name="call">What PyTorch is asked for.</param>
    /// <param name="shapes">Lengths of inputs.</param>
    /// <param name="axis">The axis of the channels.</param>
    /// <param name="setOf">The set of a sample's channel, given how many channels there are.</param>
    /// <param name="make">Makes the layer for so many channels.</param>
    private static NormalizerSubject ByChannel(
        string name, string call, (nint[], nint[], nint[]) shapes, int axis, Func<int, int, int, int> setOf, Func<int, Layer> make)
    {
        return new NormalizerSubject(
            name,
            $"{call} {(axis < 0 ? "last" : "first")}",
            shapes,
            (lengths, i) => setOf(i / Product(lengths[1..]), Channel(lengths, i), Channels(lengths)),
            Channel,
            lengths => make(Channels(lengths)));

        int Channels(nint[] lengths) => (int)(axis < 0 ? lengths[^1] : lengths[1]);

        int Channel(nint[] lengths, int i) => axis < 0 ? i % Channels(lengths) : i / Product(lengths[2..]) % Channels(lengths);
    }

    private static (nint[], nint[], nint[]) ChannelLast((nint[] Small, nint[] Usual, nint[] Large) shapes)
    {
        return (Moved(shapes.Small), Moved(shapes.Usual), Moved(shapes.Large));

        static nint[] Moved(nint[] lengths) => [lengths[0], .. lengths[2..], lengths[1]];
    }

    private static int Product(nint[] lengths) => (int)lengths.Aggregate((nint)1, (product, length) => product * length);
}
