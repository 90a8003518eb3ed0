using Evenkeel.Onnx.Protos;
using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;
using static Evenkeel.Onnx.Tests.Reading.Operators.OperatorCase;
using static Evenkeel.Onnx.Tests.Reference.ActivationReference;
using static Evenkeel.Onnx.Tests.Support.Attributes;

namespace Evenkeel.Onnx.Tests.Reading.Operators;

/// <summary>Models of activation functions.</summary>
internal static class ActivationCases
{
    private const int OpsetOfBroadcasting = 8;

    private static readonly int[] Shape = [3, 4, 5];

    public static IEnumerable<OperatorCase> All =>
    [
        Function("Relu", "relu", x => Math.Max(x, 0)),
        Function("Tanh", "tanh", Math.Tanh),
        Function("Sigmoid", "sigmoid", Sigmoid),
        Function("LeakyRelu", "leakyrelu", x => x < 0 ? 0.1f * x : x, Number("alpha", 0.1f)),
        Function("LeakyRelu", "leakyrelu_default", x => x < 0 ? 0.01f * x : x),
        Function("HardSigmoid", "hardsigmoid", x => HardSigmoid(x, 0.5, 0.6f), Number("alpha", 0.5f), Number("beta", 0.6f)),
        Function("HardSigmoid", "hardsigmoid_default", x => HardSigmoid(x, 0.2f, 0.5)),
        Function("HardSwish", "hardswish", HardSwish),
        Function("Gelu", "gelu_default", Gelu),
        Function("Gelu", "gelu_default, by name", Gelu, Text("approximate", "none")),
        Function("Gelu", "gelu_tanh", GeluTanh, Text("approximate", "tanh")),
        .. Clips,
        .. Comparisons("Max", Math.Max, double.PositiveInfinity),
        .. Comparisons("Min", Math.Min, double.NegativeInfinity),
        .. Softmaxes,
    ];

    private static IEnumerable<OperatorCase> Clips =>
    [
        Clip("clip", -1, 1),
        Clip("clip_outbounds", -5, 5),
        Clip("clip_default_min", 0, null),
        Clip("clip_default_max", null, 0),
        Clip("clip_default_inbounds", null, null),
        Read(
            "Clip", "bounds of one axis", Shape,
            m => m.Node("Clip", ["x", m.Constant(NdArray.Of([1], -1)), ""]), x => x.Map(value => Math.Max(value, -1)))
            with { From = 11, RunsInOnnxRuntime = false },
        Refused(
            "Clip", "clip_min_greater_than_max", Shape,
            m => m.Node("Clip", ["x", m.Constant(2), m.Constant(1)]), "no number is between") with { From = 11 },
        Refused(
            "Clip", "bounds as in version 6", Shape,
            m => m.Node("Clip", ["x"], Number("min", 0)), "'min' is unknown") with { From = 11, RunsInOnnxRuntime = false },
        Refused(
            "Clip", "bounds as in version 11", Shape,
            m => m.Node("Clip", ["x", m.Constant(0)]), "it has 2 inputs") with { Until = 10, RunsInOnnxRuntime = false },
        Refused(
            "Clip", "a bound that is computed", Shape,
            m => m.Node("Clip", ["x", "x"]), "minimum is computed")
            with { From = 11, RunsInOnnxRuntime = false },
    ];

    private static IEnumerable<OperatorCase> Softmaxes =>
    [
        Softmax("softmax", [2, 3], null, 1, 1),
        Softmax("softmax_large_number", [2, 4], null, 1, 1) with { Input = NdArray.Of([2, 4], 0, 1, 2, 3, 10000, 10001, 10002, 10003) },
        Softmax("softmax_axis_1", Shape, 1, 1, 1) with { From = 13 },
        Softmax("softmax_axis_2", Shape, 2, 2, 2),
        Softmax("softmax_negative_axis", Shape, -1, 2, 2) with { From = 11 },
        Softmax("softmax_default_axis", Shape, null, 2, 2) with { From = 13 },
        Softmax("an axis with axes of length 1 behind it", [2, 3, 1, 1], 1, 1, 3),
        Refused("Softmax", "softmax_axis_0", Shape, m => m.Node("Softmax", ["x"], Int("axis", 0)), "axis 0 is not one of a sample"),
        Refused("Softmax", "all axes together", Shape, m => m.Node("Softmax", ["x"]), "axes 1 to 2 together") with { Until = 12 },
        Refused("Softmax", "the last axes together", [2, 3, 4, 5], m => m.Node("Softmax", ["x"], Int("axis", -2)), "axes 2 to 3 together")
            with { From = 11, Until = 12 },
    ];

    private static OperatorCase Function(string type, string example, Func<double, double> function, params AttributeProto[] attributes) =>
        Read(type, example, Shape, m => m.Node(type, ["x"], attributes), x => x.Map(function));

    /// <summary>Max or Min; numbers are broadcast from version 8 on.</summary>
    private static IEnumerable<OperatorCase> Comparisons(string type, Func<double, double, double> function, double extreme)
    {
        string example = type.ToLowerInvariant();
        return
        [
            Read(type, $"{example}_one_input", Shape, m => m.Node(type, ["x"]), x => x),
            With("a number", []),
            With("a number with as many axes as the tensor", [1, 1, 1]),
            Read(
                type, "a number first", Shape,
                m => m.Node(type, [m.Constant(0.5f), "x"]), x => x.Map(value => function(0.5, value))) with { From = OpsetOfBroadcasting },
            With("a number with more axes than the tensor", [1, 1, 1, 1]) with
            {
                Expected = null,
                Refusal = "[1, 1, 1, 1]; only one number can be read",
            },
            Refused(
                type, "a number for each channel", Shape,
                m => m.Node(type, ["x", m.Constant(NdArray.Random(2, 4, 1))]), "[4, 1]; only one number can be read")
                with { From = OpsetOfBroadcasting },
            Refused(
                type, "two numbers", Shape,
                m => m.Node(type, ["x", m.Constant(1), m.Constant(2)]), "its inputs are not a tensor and a number")
                with { From = OpsetOfBroadcasting },
            Refused(
                type, "an infinite number", Shape,
                m => m.Node(type, ["x", m.Constant(NdArray.Of([], extreme))]), "no number is between")
                with { From = OpsetOfBroadcasting },
            Refused(
                type, "a number in version 7", Shape,
                m => m.Node(type, ["x", m.Constant(1)]), "the shapes must be the same")
                with { Until = OpsetOfBroadcasting - 1, RunsInOnnxRuntime = false },
            Refused(type, $"{example}_two_inputs", Shape, m => m.Node(type, ["x", m.Node("Tanh", ["x"])]), "it compares tensors"),
            Refused(
                type, $"{example}_example", Shape,
                m => m.Node(type, ["x", m.Node("Tanh", ["x"]), m.Node("Relu", ["x"])]), "it compares tensors"),
        ];

        OperatorCase With(string name, int[] shape) => Read(
            type, name, Shape,
            m => m.Node(type, ["x", m.Constant(NdArray.Of(shape, 0.5))]), x => x.Map(value => function(value, 0.5))) with
        {
            From = OpsetOfBroadcasting,
        };
    }

    /// <summary>Bounds are attributes before version 11, and inputs from it on.</summary>
    private static OperatorCase Clip(string example, float? minimum, float? maximum)
    {
        return Read("Clip", example, Shape, Build, x => x.Map(value => Math.Min(Math.Max(value, minimum ?? -1e9), maximum ?? 1e9)));

        string Build(ModelBuilder model)
        {
            if (model.Opset < 11)
            {
                AttributeProto?[] bounds =
                [
                    minimum is { } min ? Number("min", min) : null, maximum is { } max ? Number("max", max) : null,
                ];
                return model.Node("Clip", ["x"], bounds.OfType<AttributeProto>());
            }

            return model.Node("Clip", ["x", Bound(minimum), Bound(maximum)]);

            string Bound(float? value) => value is { } bound ? model.Constant(bound) : "";
        }
    }

    private static OperatorCase Softmax(string example, int[] shape, int? axis, int first, int last) => Read(
        "Softmax", example, shape,
        m => m.Node("Softmax", ["x"], axis is { } given ? [Int("axis", given)] : []),
        x => ActivationReference.Softmax(x, first, last));
}
