using Evenkeel.Layers.Activations;
using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;
using static Evenkeel.Onnx.Tests.Reading.Fusion.FusionCase;

namespace Evenkeel.Onnx.Tests.Reading.Fusion;

/// <summary>GELU by parts.</summary>
internal static class GeluCases
{
    private const float RootOfTwo = 1.41421356f;

    private static readonly int[] Shape = [3, 5];

    public static IEnumerable<FusionCase> All =>
    [
        Fused<Gelu>("gelu", Shape, m => Halved(m, m.Node("Mul", ["x", Sum(m, Erf(m, "x"))]))),
        Fused<Gelu>("gelu, the half of x", Shape, m => m.Node("Mul", [Halved(m, "x"), Sum(m, Erf(m, "x"))])),
        Fused<Gelu>("gelu with a product for the quotient", Shape, m =>
            Halved(m, m.Node("Mul", ["x", Sum(m, m.Node("Erf", [m.Node("Mul", [m.Constant(1 / RootOfTwo), "x"])]))]))),
        Fused<Gelu>("gelu with the constants first", Shape, m =>
            m.Node("Mul", [m.Constant(0.5f), m.Node("Mul", [m.Node("Add", [m.Constant(1), Erf(m, "x")]), "x"])])),
        Fused<Gelu>("gelu beside its input", Shape, m => m.Node("Add", ["x", Halved(m, m.Node("Mul", ["x", Sum(m, Erf(m, "x"))]))])),
        Refused("0.4 for a half", Shape, m => Halved(m, m.Node("Mul", ["x", Sum(m, Erf(m, "x"))]), 0.4f), "Erf"),
        Refused("0.4 of x", Shape, m => m.Node("Mul", [Halved(m, "x", 0.4f), Sum(m, Erf(m, "x"))]), "Erf"),
        Refused("1.1 for 1", Shape, m => Halved(m, m.Node("Mul", ["x", Sum(m, Erf(m, "x"), 1.1f)])), "Erf"),
        Refused("1 that adds an axis", Shape, m =>
            Halved(m, m.Node("Mul", ["x", m.Node("Add", [Erf(m, "x"), m.Constant(NdArray.Of([1, 1, 1], 1))])])), "Erf"),
        Refused("1.5 for √2", Shape, m => Halved(m, m.Node("Mul", ["x", Sum(m, Erf(m, "x", 1.5f))])), "Erf"),
        Refused("√2 as a factor", Shape, m =>
            Halved(m, m.Node("Mul", ["x", Sum(m, m.Node("Erf", [m.Node("Mul", ["x", m.Constant(RootOfTwo)])]))])), "Erf"),
        Refused("√2 divided by x", Shape, m =>
            Halved(m, m.Node("Mul", ["x", Sum(m, m.Node("Erf", [m.Node("Div", [m.Constant(RootOfTwo), "x"])]))])), "Div", "Erf"),
        Refused("another factor", Shape, m => Halved(m, m.Node("Mul", [m.Node("Relu", ["x"]), Sum(m, Erf(m, "x"))])), "Erf"),
        Refused("the half of another factor", Shape, m => m.Node("Mul", [Halved(m, m.Node("Relu", ["x"])), Sum(m, Erf(m, "x"))]), "Erf"),
        Refused("a half that is subtracted", Shape, m =>
            m.Node("Sub", [m.Node("Mul", ["x", Sum(m, Erf(m, "x"))]), m.Constant(0.5f)]), "Erf"),
        Refused("another reader of erf", Shape, m =>
        {
            string erf = Erf(m, "x");
            return m.Node("Add", [Halved(m, m.Node("Mul", ["x", Sum(m, erf)])), erf]);
        }, "Erf"),
        Refused("another reader of 1 + erf", Shape, m =>
        {
            string sum = Sum(m, Erf(m, "x"));
            return m.Node("Add", [Halved(m, m.Node("Mul", ["x", sum])), sum]);
        }, "Erf"),
        Refused("another reader of the product", Shape, m =>
        {
            string product = m.Node("Mul", ["x", Sum(m, Erf(m, "x"))]);
            return m.Node("Add", [Halved(m, product), product]);
        }, "Erf"),
        Refused("another reader of the quotient", Shape, m =>
        {
            string scaled = m.Node("Div", ["x", m.Constant(RootOfTwo)]);
            return m.Node("Add", [Halved(m, m.Node("Mul", ["x", Sum(m, m.Node("Erf", [scaled]))])), scaled]);
        }, "Erf"),
        Refused("another reader of the half", Shape, m =>
        {
            string half = Halved(m, "x");
            return m.Node("Add", [m.Node("Mul", [half, Sum(m, Erf(m, "x"))]), half]);
        }, "Erf"),
        Refused("the product as output", Shape, m =>
        {
            string product = m.Node("Mul", ["x", Sum(m, Erf(m, "x"))]);
            Halved(m, product);
            return product;
        }, "Erf"),
    ];

    private static string Erf(ModelBuilder model, string x, float root = RootOfTwo) =>
        model.Node("Erf", [model.Node("Div", [x, model.Constant(root)])]);

    private static string Sum(ModelBuilder model, string erf, float one = 1) => model.Node("Add", [erf, model.Constant(one)]);

    private static string Halved(ModelBuilder model, string x, float half = 0.5f) => model.Node("Mul", [x, model.Constant(half)]);
}
