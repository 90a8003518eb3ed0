using Evenkeel.Normalization;
using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;
using static Evenkeel.Onnx.Tests.Reading.Fusion.FusionCase;
using static Evenkeel.Onnx.Tests.Support.Attributes;

namespace Evenkeel.Onnx.Tests.Reading.Fusion;

/// <summary>Layer and root-mean-square normalization by parts.</summary>
internal static class RowNormalizationCases
{
    private static readonly int[] Shape = [4, 4, 4];
    private static readonly NdArray Weight = NdArray.Positive(2, 4);
    private static readonly NdArray Bias = NdArray.Random(3, 4);

    /// <summary>The parts that cannot be read by themselves.</summary>
    private static readonly string[] EachPart = ["ReduceMean", "Sub", "Pow", "Sqrt", "Div"];

    public static IEnumerable<FusionCase> All => [.. Whole, .. Numbers, .. Axes, .. OtherReaders];

    private static IEnumerable<FusionCase> Whole =>
    [
        Fused<LayerNorm>("layer", Shape, m => Parts(m)),
        Fused<LayerNorm>("layer with a square by a product", Shape, m => Parts(m, square: (b, d) => b.Node("Mul", [d, d]))),
        Fused<LayerNorm>("layer with ε first", Shape, m => Parts(m, sum: (b, v) => b.Node("Add", [Epsilon(b), v]))),
        Fused<LayerNorm>("layer of two axes", Shape, m => Parts(m, axes: [-2, -1])),
        Fused<LayerNorm>("layer of two axes in any order", Shape, m => Parts(m, axes: [-1, -2], varianceAxes: [-2, -1])),
        Fused<LayerNorm>("layer without a shift", Shape, m => Scaled(m, Parts(m, isAffine: false), isFirst: false)),
        Fused<LayerNorm>("layer with weight and bias first", Shape, m =>
            m.Node("Add", [m.Constant(Bias), Scaled(m, Parts(m, isAffine: false), isFirst: true)])),
        Fused<LayerNorm>("layer with a weight of one number", Shape, m => Parts(m, weight: NdArray.Of([], 0.5))),
        Fused<LayerNorm>("layer with a shift that is computed", Shape, m =>
            m.Node("Add", [Scaled(m, Parts(m, isAffine: false), isFirst: false), "x"])),
        Fused<RmsNorm>("root-mean-square", Shape, m => Scaled(m, RootMeanSquare(m, "x"), isFirst: false)),
        Fused<RmsNorm>("root-mean-square with a shift", Shape, m =>
            m.Node("Add", [Scaled(m, RootMeanSquare(m, "x"), isFirst: false), m.Constant(Bias)])),
        Fused<LayerNorm>("layer with a shift of 3, a clip from 0 to 6 and a sixth", Shape, m =>
        {
            string shifted = m.Node("Add", [Scaled(m, Parts(m, isAffine: false), isFirst: false), m.Constant(3)]);
            return m.Node("Div", [m.Node("Clip", [shifted, m.Constant(0), m.Constant(6)]), m.Constant(6)]);
        }),
        Refused("layer without a scale", Shape, m => Parts(m, isAffine: false), EachPart),
        Refused("mean − x", Shape, m => Parts(m, difference: (b, mean) => b.Node("Sub", [mean, "x"])), "ReduceMean", "Sub"),
        Refused("x − mean of another tensor", Shape, m => Parts(m, averaged: m.Node("Relu", ["x"])), "ReduceMean", "Sub"),
        Refused("the mean of x² as variance", Shape, m => Parts(m, square: (b, _) => b.Node("Mul", ["x", "x"])),
            "ReduceMean", "Sub", "ReduceMean", "Sqrt", "Div"),
        Refused("a square of two factors", Shape, m => Parts(m, square: (b, d) => b.Node("Mul", [d, "x"])),
            "ReduceMean", "Sub", "Sqrt", "Div"),
        Refused("2 to the power of the deviation", Shape, m =>
            Parts(m, square: (b, d) => b.Node("Pow", [b.Constant(2), d])), EachPart),
        Refused("the root divided by the deviation", Shape, m => Parts(m, quotient: (b, d, root) => b.Node("Div", [root, d])),
            EachPart),
    ];

    private static IEnumerable<FusionCase> Numbers =>
    [
        Refused("the third power", Shape, m =>
            Parts(m, square: (b, d) => b.Node("Pow", [d, b.Constant(3)])), EachPart),
        Refused("ε behind the root", Shape, m =>
            Parts(m, sum: (_, v) => v, quotient: (b, d, root) => b.Node("Div", [d, b.Node("Add", [root, Epsilon(b)])])),
            EachPart),
        Refused("ε that is subtracted", Shape, m =>
            Parts(m, sum: (b, v) => b.Node("Sub", [v, b.Constant(-0.5f)])), EachPart),
        Refused("ε for each column", Shape, m =>
            Parts(m, sum: (b, v) => b.Node("Add", [v, b.Constant(Weight)])), EachPart),
        Fused<LayerNorm>("ε with two axes", Shape, m =>
            Parts(m, sum: (b, v) => b.Node("Add", [v, b.Constant(NdArray.Of([1, 1], 0.125))]))),
        Refused("ε that adds an axis", Shape, m =>
            Parts(m, sum: (b, v) => b.Node("Add", [v, b.Constant(NdArray.Of([1, 1, 1, 1], 0.125))])), EachPart),
        Refused("no ε", Shape, m => Parts(m, sum: (_, v) => v), EachPart),
        Refused("a weight of another axis", Shape, m => Parts(m, weight: Weight.Reshape(4, 1)), "LayerNormalization"),
        Refused("a weight of the samples", Shape, m => Parts(m, weight: Weight.Reshape(4, 1, 1)), "LayerNormalization"),
        Refused("a weight that adds an axis", Shape, m => Parts(m, weight: Weight.Reshape(1, 1, 1, 4)), "LayerNormalization"),
    ];

    private static IEnumerable<FusionCase> Axes =>
    [
        Refused("an axis that is not the last", Shape, m => Parts(m, axes: [-2]), EachPart),
        Refused("axes with a gap", [2, 4, 4, 4], m => Parts(m, axes: [-3, -1]), EachPart),
        Refused("axes counted from the first", Shape, m => Parts(m, axes: [2]), EachPart),
        Refused("all axes", Shape, m => Parts(m, axes: [-3, -2, -1]), "LayerNormalization"),
        Refused("a mean over another axis than the variance", Shape, m => Parts(m, axes: [-2], varianceAxes: [-1]), "ReduceMean", "Sub"),
        Refused("a mean over fewer axes than the variance", Shape, m => Parts(m, axes: [-1], varianceAxes: [-2, -1]), "ReduceMean", "Sub"),
        Refused("a mean that loses its axis", Shape, m => Parts(m, keepsMean: false), "ReduceMean", "Sub"),
        Refused("a variance that loses its axis", Shape, m => Parts(m, keepsVariance: false), EachPart),
    ];

    private static IEnumerable<FusionCase> OtherReaders =>
    [
        Fused<LayerNorm>("another reader of the input", Shape, m => m.Node("Add", [Parts(m), "x"])),
        Fused<LayerNorm>("another reader of the scaled", Shape, m =>
        {
            string scaled = Scaled(m, Parts(m, isAffine: false), isFirst: false);
            return m.Node("Add", [m.Node("Add", [scaled, m.Constant(Bias)]), scaled]);
        }),
        Refused("another reader of the deviation", Shape, m =>
        {
            string deviation = "";
            string y = Parts(m, quotient: (b, d, root) => b.Node("Div", [deviation = d, root]));
            return m.Node("Add", [y, deviation]);
        }, EachPart),
        Refused("another reader of the variance", Shape, m =>
        {
            string variance = "";
            string y = Parts(m, sum: (b, v) => b.Node("Add", [variance = v, Epsilon(b)]));
            return m.Node("Add", [y, variance]);
        }, EachPart),
        Refused("another reader of the mean", Shape, m =>
        {
            string mean = "";
            string y = Parts(m, difference: (b, average) => b.Node("Sub", ["x", mean = average]));
            return m.Node("Add", [y, mean]);
        }, "ReduceMean", "Sub"),
        Refused("another reader of the quotient", Shape, m =>
        {
            string quotient = Parts(m, isAffine: false);
            return m.Node("Add", [Scaled(m, quotient, isFirst: false), quotient]);
        }, EachPart),
        Refused("the quotient as output", Shape, m =>
        {
            string quotient = Parts(m, isAffine: false);
            Scaled(m, quotient, isFirst: false);
            return quotient;
        }, EachPart),
        Refused("the deviation as output", Shape, m =>
        {
            string deviation = "";
            Parts(m, quotient: (b, d, root) => b.Node("Div", [deviation = d, root]));
            return deviation;
        }, EachPart),
        Fused<LayerNorm>("the scaled as output", Shape, m =>
        {
            string scaled = Scaled(m, Parts(m, isAffine: false), isFirst: false);
            m.Node("Add", [scaled, m.Constant(Bias)]);
            return scaled;
        }),
    ];

    /// <summary>(x − mean)/√(variance + ε)·γ + β, with parts to exchange.</summary>
    private static string Parts(
        ModelBuilder model,
        int[]? axes = null,
        int[]? varianceAxes = null,
        bool keepsMean = true,
        bool keepsVariance = true,
        string averaged = "x",
        Func<ModelBuilder, string, string>? difference = null,
        Func<ModelBuilder, string, string>? square = null,
        Func<ModelBuilder, string, string>? sum = null,
        Func<ModelBuilder, string, string, string>? quotient = null,
        NdArray? weight = null,
        bool isAffine = true)
    {
        axes ??= [-1];
        difference ??= (b, average) => b.Node("Sub", ["x", average]);
        square ??= (b, d) => b.Node("Pow", [d, b.Constant(2)]);
        sum ??= (b, v) => b.Node("Add", [v, Epsilon(b)]);
        quotient ??= (b, d, root) => b.Node("Div", [d, root]);
        string deviation = difference(model, Mean(averaged, axes, keepsMean));
        string variance = Mean(square(model, deviation), varianceAxes ?? axes, keepsVariance);
        string result = quotient(model, deviation, model.Node("Sqrt", [sum(model, variance)]));
        return isAffine
            ? model.Node("Add", [model.Node("Mul", [result, model.Constant(weight ?? Weight)]), model.Constant(Bias)])
            : result;

        string Mean(string x, int[] over, bool keeps) => model.NodeWithAxes("ReduceMean", x, 18, over, Int("keepdims", keeps ? 1 : 0));
    }

    private static string RootMeanSquare(ModelBuilder model, string x)
    {
        string mean = model.NodeWithAxes("ReduceMean", model.Node("Mul", [x, x]), 18, [-1]);
        return model.Node("Div", [x, model.Node("Sqrt", [model.Node("Add", [mean, Epsilon(model)])])]);
    }

    private static string Scaled(ModelBuilder model, string x, bool isFirst) =>
        model.Node("Mul", isFirst ? [model.Constant(Weight), x] : [x, model.Constant(Weight)]);

    private static string Epsilon(ModelBuilder model) => model.Constant(0.125f);
}
