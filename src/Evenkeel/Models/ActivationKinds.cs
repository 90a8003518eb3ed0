using Evenkeel.Layers.Activations;

namespace Evenkeel.Models;

/// <summary>Activation functions.</summary>
internal static class ActivationKinds
{
    private const string Slope = "slope";
    private const string Offset = "offset";
    private const string Minimum = "minimum";
    private const string Maximum = "maximum";
    private const string Approximate = "approximate";
    private const string Axis = "axis";

    /// <summary>The kinds.</summary>
    public static readonly LayerKind[] All =
    [
        LayerKind.Of<Relu>("relu"),
        LayerKind.Of<Tanh>("tanh"),
        LayerKind.Of<Sigmoid>("sigmoid"),
        LayerKind.Of<Silu>("silu"),
        LayerKind.Of<HardSwish>("hard_swish"),
        LayerKind.Of<Gelu>(
            "gelu",
            static (writer, layer) => writer.Json.WriteBoolean(Approximate, layer.Approximate),
            static reader => new Gelu(reader.Fields.Flag(Approximate))),
        LayerKind.Of<LeakyRelu>(
            "leaky_relu",
            static (writer, layer) => writer.Json.WriteNumber(Slope, layer.Slope),
            static reader => new LeakyRelu(reader.Fields.Number(Slope))),
        LayerKind.Of<HardSigmoid>("hard_sigmoid", Write, ReadHardSigmoid),
        LayerKind.Of<Clamp>("clamp", Write, ReadClamp),
        LayerKind.Of<Softmax>(
            "softmax",
            static (writer, layer) => writer.Json.WriteNumber(Axis, layer.Axis),
            static reader => new Softmax(PlainKinds.Axis(reader.Fields, Axis))),
    ];

    private static void Write(LayerWriter writer, HardSigmoid layer)
    {
        writer.Json.WriteNumber(Slope, layer.Slope);
        writer.Json.WriteNumber(Offset, layer.Offset);
    }

    private static HardSigmoid ReadHardSigmoid(LayerReader reader)
    {
        double slope = reader.Fields.Number(Slope), offset = reader.Fields.Number(Offset);
        return new HardSigmoid(slope, offset);
    }

    // JSON has no infinity: null is no bound.
    private static void Write(LayerWriter writer, Clamp layer)
    {
        Write(writer, Minimum, layer.Minimum);
        Write(writer, Maximum, layer.Maximum);
    }

    private static Clamp ReadClamp(LayerReader reader)
    {
        double minimum = reader.Fields.NumberOrNull(Minimum) ?? double.NegativeInfinity;
        double maximum = reader.Fields.NumberOrNull(Maximum) ?? double.PositiveInfinity;
        return new Clamp(minimum, maximum);
    }

    private static void Write(LayerWriter writer, string name, double bound)
    {
        if (double.IsFinite(bound))
        {
            writer.Json.WriteNumber(name, bound);
        }
        else
        {
            writer.Json.WriteNull(name);
        }
    }
}
