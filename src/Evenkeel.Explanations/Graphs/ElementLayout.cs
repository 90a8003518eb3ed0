using Evenkeel.Numerics;

namespace Evenkeel.Explanations.Graphs;

/// <summary>The shape of an input, and for each element the set with which it shares statistics and its element of γ and β.</summary>
internal sealed class ElementLayout
{
    private readonly int[] _identity;

    private ElementLayout(
        int[] shape,
        ChannelView view,
        (int[] Shape, string[] Axes, int[] Of) sets,
        (int[] Shape, string[] Axes, int[] Of) parameters)
    {
        Shape = shape;
        View = view;
        Axes = AxesOf(shape);
        SetShape = sets.Shape;
        SetAxes = sets.Axes;
        SetOf = sets.Of;
        ParameterShape = parameters.Shape;
        ParameterAxes = parameters.Axes;
        ParameterOf = parameters.Of;
        _identity = [.. Enumerable.Range(0, Length)];
    }

    /// <summary>The shape of the input: [N, D], [N, C, L] or [N, C, H, W].</summary>
    public int[] Shape { get; }

    /// <summary>The sets as the library sees them.</summary>
    public ChannelView View { get; }

    /// <summary>The names of the input's axes.</summary>
    public string[] Axes { get; }

    /// <summary>The shape of the statistics.</summary>
    public int[] SetShape { get; }

    /// <summary>The names of the axes of the statistics.</summary>
    public string[] SetAxes { get; }

    /// <summary>The shape of γ and β.</summary>
    public int[] ParameterShape { get; }

    /// <summary>The names of the axes of γ and β.</summary>
    public string[] ParameterAxes { get; }

    /// <summary>The set of each element.</summary>
    public int[] SetOf { get; }

    /// <summary>The element of γ and β of each element.</summary>
    public int[] ParameterOf { get; }

    /// <summary>The number of elements.</summary>
    public int Length => Product(Shape);

    /// <summary>The number of sets.</summary>
    public int Sets => Product(SetShape);

    /// <summary>The number of elements of γ and β.</summary>
    public int Parameters => Product(ParameterShape);

    /// <summary>The number m of elements of a set.</summary>
    public int PerSet => Length / Sets;

    /// <summary>A set per channel of the batch, as batch normalization has them.</summary>
    public static ElementLayout PerChannel(int[] shape) => new(
        shape, new ChannelView(shape[0], shape[1], Product(shape.AsSpan(2))), Channels(shape), Channels(shape));

    /// <summary>A set per sample, with elements of γ and β of the sample's shape, as layer and RMS normalization have them.</summary>
    public static ElementLayout PerSample(int[] shape)
    {
        int perSample = Product(shape.AsSpan(1)), inner = Product(shape.AsSpan(2));
        return new(
            shape,
            new ChannelView(shape[0], 1, 1, perSample),
            ([shape[0]], ["N"], Index(shape, (n, c, i) => n)),
            (shape[1..], AxesOf(shape)[1..], Index(shape, (n, c, i) => (c * inner + i) % perSample)));
    }

    /// <summary>A set per group of channels of each sample; a group of one channel each is instance normalization.</summary>
    /// <param name="shape">The shape of the input.</param>
    /// <param name="groups">The number of groups, which divides that of the channels.</param>
    public static ElementLayout PerGroup(int[] shape, int groups)
    {
        int size = shape[1] / groups;
        return new(
            shape,
            new ChannelView(shape[0], 1, groups, size * Product(shape.AsSpan(2))),
            ([shape[0], groups], ["N", size == 1 ? "C" : "G"], Index(shape, (n, c, i) => n * groups + c / size)),
            Channels(shape));
    }

    /// <summary>The shape of what belongs to an axis.</summary>
    public int[] ShapeOf(Axis axis) => axis switch { Axis.Element => Shape, Axis.Set => SetShape, _ => ParameterShape };

    /// <summary>The names of the axes of what belongs to an axis.</summary>
    public string[] AxesOf(Axis axis) => axis switch { Axis.Element => Axes, Axis.Set => SetAxes, _ => ParameterAxes };

    /// <summary>The length of what belongs to an axis.</summary>
    public int LengthOf(Axis axis) => Product(ShapeOf(axis));

    /// <summary>For each element of the input, its index among what belongs to an axis.</summary>
    public int[] IndicesOf(Axis axis) => axis switch { Axis.Element => _identity, Axis.Set => SetOf, _ => ParameterOf };

    /// <summary>The product of the lengths of a shape.</summary>
    public static int Product(ReadOnlySpan<int> shape)
    {
        int product = 1;
        foreach (int length in shape)
        {
            product *= length;
        }

        return product;
    }

    private static (int[] Shape, string[] Axes, int[] Of) Channels(int[] shape) =>
        ([shape[1]], [ChannelAxis(shape)], Index(shape, (n, c, i) => c));

    private static string ChannelAxis(int[] shape) => AxesOf(shape)[1];

    private static string[] AxesOf(int[] shape) => shape.Length switch
    {
        2 => ["N", "D"],
        3 => ["N", "C", "L"],
        _ => ["N", "C", "H", "W"],
    };

    private static int[] Index(int[] shape, Func<int, int, int, int> index)
    {
        int channels = shape[1], inner = Product(shape.AsSpan(2));
        return [.. Enumerable.Range(0, Product(shape)).Select(e => index(e / inner / channels, e / inner % channels, e % inner))];
    }
}
