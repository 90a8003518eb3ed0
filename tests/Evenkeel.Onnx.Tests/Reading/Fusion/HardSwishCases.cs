using Evenkeel.Layers.Activations;
using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;
using static Evenkeel.Onnx.Tests.Reading.Fusion.FusionCase;

namespace Evenkeel.Onnx.Tests.Reading.Fusion;

/// <summary>Hard swish and hard sigmoid by parts: x·clip(x + 3, 0, 6)/6 and clip(x + 3, 0, 6)/6.</summary>
internal static class HardSwishCases
{
    private static readonly int[] Shape = [3, 5];

    public static IEnumerable<FusionCase> All => [.. Whole, .. Numbers, .. OtherParts, .. OtherReaders];

    private static IEnumerable<FusionCase> Whole =>
    [
        Fused<HardSwish>("hard swish", Shape, m => Swish(m, Wide(m))),
        Fused<HardSwish>("hard swish with a factor for the quotient", Shape, m =>
        {
            string x = Wide(m);
            return m.Node("Mul", [m.Constant(1f / 6), m.Node("Mul", [Gate(m, x), x])]);
        }),
        Fused<HardSwish>("hard swish, the hard sigmoid first", Shape, m =>
        {
            string x = Wide(m);
            return m.Node("Mul", [x, Sixth(m, Gate(m, x))]);
        }),
        Fused<HardSwish>("hard swish beside its input", Shape, m =>
        {
            string x = Wide(m);
            return m.Node("Add", [x, Swish(m, x)]);
        }),
        Fused<HardSigmoid>("hard sigmoid", Shape, m => Sixth(m, Gate(m, Wide(m)))),
        Fused<HardSigmoid>("hard sigmoid with a factor for the quotient", Shape, m =>
            m.Node("Mul", [Gate(m, Wide(m)), m.Constant(1f / 6)])),
        Fused<HardSigmoid>("hard sigmoid of another tensor as gate", Shape, m =>
        {
            string x = Wide(m);
            return m.Node("Mul", [m.Node("Tanh", [x]), Sixth(m, Gate(m, x))]);
        }),
    ];

    private static IEnumerable<FusionCase> Numbers =>
    [
        Fused<Clamp>("2.9 for 3", Shape, m => Sixth(m, Gate(m, Wide(m), three: 2.9f))),
        Fused<Clamp>("0.1 for 0", Shape, m => Sixth(m, Gate(m, Wide(m), zero: 0.1f))),
        Fused<Clamp>("5.9 for the bound 6", Shape, m => Sixth(m, Gate(m, Wide(m), six: 5.9f))),
        Fused<Clamp>("5.9 for the divisor 6", Shape, m => Sixth(m, Gate(m, Wide(m)), six: 5.9f)),
        Fused<Clamp>("5.9 for the divisor 6 of hard swish", Shape, m =>
        {
            string x = Wide(m);
            return Sixth(m, m.Node("Mul", [x, Gate(m, x)]), six: 5.9f);
        }),
        Fused<Clamp>("a factor of 6", Shape, m => m.Node("Mul", [Gate(m, Wide(m)), m.Constant(6)])),
        Refused("a 3 that adds an axis", Shape, m =>
            Sixth(m, Clip(m, m.Node("Add", [Wide(m), m.Constant(NdArray.Of([1, 1, 1], 3))]))), "Add"),
        Refused("a 6 that adds an axis", Shape, m =>
            m.Node("Div", [Gate(m, Wide(m)), m.Constant(NdArray.Of([1, 1, 1], 6))]), "Div"),
    ];

    private static IEnumerable<FusionCase> OtherParts =>
    [
        Fused<Clamp>("−3 that is subtracted", Shape, m => Sixth(m, Clip(m, m.Node("Sub", [Wide(m), m.Constant(-3)])))),
        Refused("3 − x", Shape, m => Sixth(m, Clip(m, m.Node("Sub", [m.Constant(3), Wide(m)]))), "Sub"),
        Refused("6 divided by the clip", Shape, m => m.Node("Div", [m.Constant(6), Clip(m, Wide(m), zero: 1)]), "Div"),
        Fused<Clamp>("no upper bound", Shape, m =>
            Sixth(m, m.Node("Clip", [m.Node("Add", [Wide(m), m.Constant(3)]), m.Constant(0)]))),
        Fused<Clamp>("another factor", Shape, m =>
        {
            string x = Wide(m);
            return Sixth(m, m.Node("Mul", [m.Node("Relu", [x]), Gate(m, x)]));
        }),
        Fused<Clamp>("the square of the clip", Shape, m =>
        {
            string gate = Gate(m, Wide(m));
            return Sixth(m, m.Node("Mul", [gate, gate]));
        }),
    ];

    private static IEnumerable<FusionCase> OtherReaders =>
    [
        Fused<Clamp>("another reader of the sum", Shape, m =>
        {
            string sum = m.Node("Add", [Wide(m), m.Constant(3)]);
            return m.Node("Add", [Sixth(m, Clip(m, sum)), sum]);
        }),
        Fused<Clamp>("another reader of the clip", Shape, m =>
        {
            string gate = Gate(m, Wide(m));
            return m.Node("Add", [Sixth(m, gate), gate]);
        }),
        Fused<Clamp>("another reader of the clip of hard swish", Shape, m =>
        {
            string x = Wide(m), gate = Gate(m, x);
            return m.Node("Add", [Sixth(m, m.Node("Mul", [x, gate])), gate]);
        }),
        Fused<Clamp>("another reader of the product", Shape, m =>
        {
            string x = Wide(m), product = m.Node("Mul", [x, Gate(m, x)]);
            return m.Node("Add", [Sixth(m, product), product]);
        }),
        Fused<Clamp>("the clip as output", Shape, m =>
        {
            string gate = Gate(m, Wide(m));
            Sixth(m, gate);
            return gate;
        }),
        Fused<Clamp>("the product as output", Shape, m =>
        {
            string x = Wide(m), product = m.Node("Mul", [x, Gate(m, x)]);
            Sixth(m, product);
            return product;
        }),
    ];

    /// <summary>The input, so large that both bounds are reached.</summary>
    private static string Wide(ModelBuilder model) => model.Node("Mul", ["x", model.Constant(2)]);

    private static string Swish(ModelBuilder model, string x) => Sixth(model, model.Node("Mul", [x, Gate(model, x)]));

    private static string Gate(ModelBuilder model, string x, float three = 3, float zero = 0, float six = 6) =>
        Clip(model, model.Node("Add", [x, model.Constant(three)]), zero, six);

    private static string Clip(ModelBuilder model, string x, float zero = 0, float six = 6) =>
        model.Node("Clip", [x, model.Constant(zero), model.Constant(six)]);

    private static string Sixth(ModelBuilder model, string x, float six = 6) => model.Node("Div", [x, model.Constant(six)]);
}
