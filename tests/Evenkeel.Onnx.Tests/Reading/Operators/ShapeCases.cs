using Evenkeel.Onnx.Protos;
using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;
using static Evenkeel.Onnx.Tests.Reading.Operators.OperatorCase;
using static Evenkeel.Onnx.Tests.Support.Attributes;

namespace Evenkeel.Onnx.Tests.Reading.Operators;

/// <summary>Models of operators that move elements, or change none.</summary>
internal static class ShapeCases
{
    private const int OpsetOfNegativeAxes = 11;
    private const int OpsetOfAxesAsInput = 13;
    private const int Double = 11;
    private const int Half = 10;

    private static readonly Func<NdArray, NdArray> Same = x => x;

    public static IEnumerable<OperatorCase> All =>
        [.. Casts, .. Concats, .. Dropouts, .. Flattens, .. Identities, .. Reshapes, .. Squeezes, .. Transposes, .. Unsqueezes];

    private static IEnumerable<OperatorCase> Casts =>
    [
        Read("Cast", "FLOAT to FLOAT", [3, 4], m => m.Node("Cast", ["x"], Int("to", 1)), Same),
        Read("Cast", "saturate", [3, 4], m => m.Node("Cast", ["x"], Int("to", 1), Int("saturate", 0)), Same)
            with { From = 19, RunsInOnnxRuntime = false },
        Read(
            "Cast", "integers of a shape", [3, 4, 5],
            m => m.Node("Reshape", ["x", m.Node("Cast", [m.Node("Cast", [m.Integers(-1, 20)], Int("to", 6))], Int("to", 7))]),
            x => x.Reshape(3, 20)),
        Refused("Cast", "FLOAT to DOUBLE", [3, 4], m => CastBack(m, Double), "double precision"),
        Refused("Cast", "FLOAT to FLOAT16", [3, 4], m => CastBack(m, Half), "type 10"),
        Refused(
            "Cast", "a shape as numbers", [3, 2],
            m => m.Node("Mul", ["x", m.Node("Cast", [m.Node("Shape", ["x"])], Int("to", 1))]), "lengths of a shape to ONNX's type 1"),
    ];

    private static IEnumerable<OperatorCase> Concats =>
    [
        Concat("concat_2d_axis_1", [2, 3], 1),
        Concat("concat_3d_axis_1", [2, 3, 4], 1),
        Concat("concat_3d_axis_2", [2, 3, 4], 2),
        Concat("concat_2d_axis_negative_1", [2, 3], -1) with { From = OpsetOfNegativeAxes },
        Concat("concat_3d_axis_negative_1", [2, 3, 4], -1) with { From = OpsetOfNegativeAxes },
        Concat("concat_3d_axis_negative_2", [2, 3, 4], -2) with { From = OpsetOfNegativeAxes },
        Concat("concat_3d_axis_negative_3", [2, 3, 4], -3) with
        {
            From = OpsetOfNegativeAxes,
            Expected = null,
            Refusal = "axis -3 is not one of a sample",
        },
        Concat("concat_2d_axis_0", [2, 3], 0) with { Expected = null, Refusal = "axis 0 is not one of a sample" },
        Read(
            "Concat", "different lengths", [2, 3, 4],
            m => m.Node("Concat", ["x", m.Node("MatMul", ["x", m.Constant(NdArray.Random(2, 4, 5))])], Int("axis", 2)),
            x => ShapeReference.Concat(x, ProductReference.MatMul(x, NdArray.Random(2, 4, 5)), 2)),
        Refused(
            "Concat", "different lengths of another axis", [2, 3, 4],
            m => m.Node("Concat", ["x", m.Node("MatMul", ["x", m.Constant(NdArray.Random(2, 4, 5))])], Int("axis", 1)),
            "it joins [N, 3, 4] and [N, 3, 5] along axis 1") with { RunsInOnnxRuntime = false },
        Read(
            "Concat", "a tensor with itself", [2, 3, 4],
            m => m.Node("Concat", ["x", "x"], Int("axis", 2)), x => ShapeReference.Concat(x, x, 2)),
        Read("Concat", "one tensor", [2, 3, 4], m => m.Node("Concat", ["x"], Int("axis", 1)), Same),
        Refused(
            "Concat", "a constant", [1, 3],
            m => m.Node("Concat", ["x", m.Constant(NdArray.Random(2, 1, 3))], Int("axis", 1)), "input 1 is a constant"),
    ];

    private static IEnumerable<OperatorCase> Dropouts =>
    [
        Read("Dropout", "default_old", [3, 1], m => m.Node("Dropout", ["x"]), Same),
        Read("Dropout", "random_old", [3, 4, 5], m => m.Node("Dropout", ["x"], Number("ratio", 0.2f)), Same) with { Until = 10 },
        Read("Dropout", "default", [3, 4, 5], m => m.Node("Dropout", ["x"], Int("seed", 0)), Same) with { From = 12 },
        Read("Dropout", "default_ratio", [3, 4, 5], m => m.Node("Dropout", ["x", m.Constant(0.1f)], Int("seed", 0)), Same)
            with { From = 12 },
        Read("Dropout", "default_mask, unused", [3, 4, 5], m => m.Nodes("Dropout", 2, ["x"])[0], Same),
        Read("Dropout", "training_mode false", [3, 4, 5], m => m.Node("Dropout", ["x", "", m.Boolean(false)]), Same) with { From = 12 },
        Refused("Dropout", "default_mask", [3, 4, 5], m => m.Nodes("Dropout", 2, ["x"])[1], "not the first, is used")
            with { RunsInOnnxRuntime = false },
        Refused(
            "Dropout", "training", [3, 4, 5],
            m => m.Node("Dropout", ["x", m.Constant(0.75f), m.Boolean(true)]), "it drops elements in inference too") with { From = 12 },
        Refused(
            "Dropout", "training_default_zero_ratio", [3, 4, 5],
            m => m.Node("Dropout", ["x", m.Constant(0), m.Boolean(true)]), "it drops elements in inference too") with { From = 12 },
    ];

    private static IEnumerable<OperatorCase> Flattens =>
    [
        Flatten("flatten_with_default_axis", [5, 4, 3, 2], null),
        Flatten("flatten_axis1", [2, 3, 4, 5], 1),
        Flatten("flatten_negative_axis3", [2, 3, 4, 5], -3) with { From = OpsetOfNegativeAxes },
        .. new[] { 0, 2, 3, 4 }.Select(axis => Flatten($"flatten_axis{axis}", [2, 3, 4, 5], axis) with
        {
            Expected = null,
            Refusal = $"its axis is {axis}; samples are rows with axis 1 only",
        }),
        .. new[] { 1, 2, 4 }.Select(axis => Flatten($"flatten_negative_axis{axis}", [2, 3, 4, 5], -axis) with
        {
            From = OpsetOfNegativeAxes,
            Expected = null,
            Refusal = $"its axis is {4 - axis}; samples are rows with axis 1 only",
        }),
        Refused("Flatten", "a shape", [3, 4], m => m.Node("Flatten", [m.Node("Shape", ["x"])]), "its input 0 is a shape")
            with { RunsInOnnxRuntime = false },
    ];

    private static IEnumerable<OperatorCase> Identities =>
    [
        Read("Identity", "identity", [2, 1, 2, 2], m => m.Node("Identity", ["x"]), Same),
        Read(
            "Identity", "a constant", [2, 3],
            m => m.Node("Add", ["x", m.Node("Identity", [m.Constant(1.5f)])]), x => x.Map(value => value + 1.5)),
        Read(
            "Identity", "a shape", [2, 3, 4],
            m => m.Node("Reshape", ["x", m.Node("Identity", [m.Node("Shape", ["x"])])]), Same),
    ];

    private static IEnumerable<OperatorCase> Reshapes =>
    [
        Reshape("rows", [0, 12], [2, 12]),
        Reshape("rows of an open length", [0, -1], [2, 12]),
        Reshape("rows of an open number", [-1, 12], [2, 12]),
        Reshape("the same shape", [0, 3, 4], [2, 3, 4]),
        Reshape("the same shape by zeros", [0, 0, 0], [2, 3, 4]),
        Reshape("the same shape of an open number", [-1, 0, 4], [2, 3, 4]),
        Reshape("a batch of one", [1, -1], [1, 12]) with { Input = NdArray.Random(1, 1, 3, 4) },
        Reshape("allowzero", [-1, 12], [2, 12], Int("allowzero", 1)) with { From = 14 },
        Reshape("allowzero is 0", [0, -1], [2, 12], Int("allowzero", 0)) with { From = 14 },
        Read(
            "Reshape", "axes of length 1 that move", [2, 1, 3, 1, 4],
            m => m.Node("Reshape", ["x", m.Integers(0, 3, 4, 1, 1)]), x => x.Reshape(2, 3, 4, 1, 1)),
        Read(
            "Reshape", "axes of length 1 that move, with an open length", [2, 3, 4, 1],
            m => m.Node("Reshape", ["x", m.Integers(0, 1, -1, 4)]), x => x.Reshape(2, 1, 3, 4)),
        Refused(
            "Reshape", "axes of length 1 that leave", [2, 3, 4, 1],
            m => m.Node("Reshape", ["x", m.Integers(0, 3, 4)]), "samples of [3, 4] of [N, 3, 4, 1]; only rows"),
        Read(
            "Reshape", "a constant", [2, 3],
            m => m.Node("MatMul", ["x", m.Node("Reshape", [m.Constant(NdArray.Random(2, 3, 2, 2)), m.Integers(0, -1)])]),
            x => ProductReference.MatMul(x, NdArray.Random(2, 3, 4))),
        Reshape("reordered_all_dims", [4, 2, 3], "it asks for 4 samples"),
        Reshape("reordered_last_dims", [2, 4, 3], "it asks for 2 samples"),
        Reshape("reduced_dims", [2, 12], "it asks for 2 samples"),
        Reshape("extended_dims", [2, 3, 2, 2], "it asks for 2 samples"),
        Reshape("extended_dims of an open number", [-1, 3, 2, 2], "it makes samples of [3, 2, 2] of [N, 3, 4]"),
        Reshape("one_dim", [24], "it asks for 24 samples"),
        Reshape("negative_dim", [2, -1, 2], "it asks for 2 samples"),
        Reshape("negative_extended_dims", [-1, 2, 3, 4], "it makes samples of [2, 3, 4]"),
        Reshape("zero_dim", [2, 0, 4, 1], "it asks for 2 samples"),
        Reshape("zero_dim of an open number", [-1, 0, 4, 1], "it makes samples of [3, 4, 1]"),
        Reshape("zero_and_negative_dim", [2, 0, 1, -1], "it asks for 2 samples"),
        Reshape("samples joined", [-1, 24], "it asks for a length of 24"),
        Reshape("samples divided", [-1, 6], "it makes samples of [6]"),
        Refused(
            "Reshape", "allowzero_reordered", [2, 3, 4],
            m => m.Node("Reshape", ["x", m.Integers(0, 12)], Int("allowzero", 1)), "it asks for 0 samples")
            with { From = 14, RunsInOnnxRuntime = false },
    ];

    private static IEnumerable<OperatorCase> Squeezes =>
    [
        Squeeze("images of one pixel", [2, 3, 1, 1], [2, 3], [2, 3]),
        Squeeze("axes in any order", [2, 3, 1, 1], [3, 2], [2, 3]),
        Squeeze("negative axes", [2, 3, 1, 1], [-1, -2], [2, 3]) with { From = OpsetOfNegativeAxes },
        Squeeze("axes of length 1 before the rows", [2, 1, 3], [1], [2, 3]),
        Read("Squeeze", "all axes of length 1", [2, 3, 1, 1], m => m.Node("Squeeze", ["x"]), x => x.Reshape(2, 3)),
        Refused("Squeeze", "axes as in version 13", [2, 3, 1, 1], m => m.Node("Squeeze", ["x", m.Integers(2)]), "it has 2 inputs")
            with { Until = 12, RunsInOnnxRuntime = false },
        Squeeze("squeeze", [1, 3, 4, 5], [0], []) with { Expected = null, Refusal = "axis 0 is not one of a sample" },
        Squeeze("squeeze_negative_axes", [1, 3, 1, 5], [-2], []) with
        {
            From = OpsetOfNegativeAxes,
            Expected = null,
            Refusal = "leaves [3, 5]; only rows can be made",
        },
    ];

    private static IEnumerable<OperatorCase> Transposes =>
    [
        .. new int[][] { [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0] }.Select((order, i) => order[0] == 0
            ? Read(
                "Transpose", $"all_permutations_{i}", [2, 3, 4],
                m => m.Node("Transpose", ["x"], Ints("perm", order)), x => ShapeReference.Transpose(x, order))
            : Refused(
                "Transpose", $"all_permutations_{i}", [2, 3, 4],
                m => m.Node("Transpose", ["x"], Ints("perm", order)),
                $"the order ({string.Join(", ", order)}), which moves the samples' axis")),
        Refused(
            "Transpose", "default", [2, 3, 4],
            m => m.Node("Transpose", ["x"]), "it reverses the order of the axes, which moves the samples' axis"),
        Read(
            "Transpose", "images to channels last", [2, 3, 4, 5],
            m => m.Node("Transpose", ["x"], Ints("perm", 0, 2, 3, 1)), x => ShapeReference.Transpose(x, 0, 2, 3, 1)),
        Read(
            "Transpose", "a constant", [2, 3],
            m => m.Node("MatMul", ["x", m.Node("Transpose", [m.Constant(NdArray.Random(2, 4, 3))])]),
            x => ProductReference.MatMul(x, ProductReference.Transpose(NdArray.Random(2, 4, 3)))),
    ];

    private static IEnumerable<OperatorCase> Unsqueezes =>
    [
        Unsqueeze("factors of channels", [2, 3], [2, 3]),
        Unsqueeze("unsorted axes", [2, 3], [3, 2]),
        Unsqueeze("negative axes", [2, 3], [-1, -2]) with { From = OpsetOfNegativeAxes },
        Read(
            "Unsqueeze", "one axis after the other", [2, 3, 4, 5],
            m => m.Node("Mul", ["x", UnsqueezeNode(m, UnsqueezeNode(m, MeansOf(m), [2]), [3])]),
            x => BroadcastReference.Multiply(x, PoolingReference.Mean(x, 2, 3))),
        Refused(
            "Mul", "factors with too few axes", [2, 3, 3, 3],
            m => m.Node("Mul", ["x", UnsqueezeNode(m, MeansOf(m), [2])]), "[N, 3, 1]"),
        Read(
            "Unsqueeze", "a constant", [2, 3, 4],
            m => m.Node("Mul", ["x", m.NodeWithAxes("Unsqueeze", m.Constant(NdArray.Of([3], 1, 2, 3)), OpsetOfAxesAsInput, [1])]),
            x => BroadcastReference.Multiply(x, NdArray.Of([3, 1], 1, 2, 3))),
        Refused("Unsqueeze", "unsqueeze_axis_0", [3, 4, 5], m => UnsqueezeNode(m, 0), "it adds axes"),
        Refused("Unsqueeze", "unsqueeze_axis_1", [3, 4, 5], m => UnsqueezeNode(m, 1), "it adds axes"),
        Refused("Unsqueeze", "unsqueeze_axis_2", [3, 4, 5], m => UnsqueezeNode(m, 2), "it adds axes"),
        Refused("Unsqueeze", "unsqueeze_two_axes", [3, 4, 5], m => UnsqueezeNode(m, 1, 4), "it adds axes"),
        Refused("Unsqueeze", "unsqueeze_three_axes", [3, 4, 5], m => UnsqueezeNode(m, 2, 4, 5), "it adds axes"),
        Refused("Unsqueeze", "unsqueeze_unsorted_axes", [3, 4, 5], m => UnsqueezeNode(m, 5, 4, 2), "it adds axes"),
        Refused("Unsqueeze", "unsqueeze_negative_axes", [1, 3, 1, 5], m => UnsqueezeNode(m, -2), "it adds axes")
            with { From = OpsetOfNegativeAxes },
    ];

    private static OperatorCase Concat(string example, int[] shape, int axis) => Read(
        "Concat", example, shape,
        m => m.Node("Concat", ["x", m.Node("Tanh", ["x"])], Int("axis", axis)),
        x => ShapeReference.Concat(x, x.Map(Math.Tanh), axis < 0 ? axis + x.Rank : axis));

    private static string CastBack(ModelBuilder model, int type) =>
        model.Node("Cast", [model.Node("Cast", ["x"], Int("to", type))], Int("to", 1));

    private static OperatorCase Flatten(string example, int[] shape, int? axis) => Read(
        "Flatten", example, shape,
        m => m.Node("Flatten", ["x"], axis is { } given ? [Int("axis", given)] : []), x => x.Reshape(shape[0], x.Values.Length / shape[0]));

    private static OperatorCase Reshape(string example, long[] shape, int[] expected, params AttributeProto[] attributes) => Read(
        "Reshape", example, [2, 3, 4], m => m.Node("Reshape", ["x", m.Integers(shape)], attributes), x => x.Reshape(expected));

    private static OperatorCase Reshape(string example, long[] shape, string words) =>
        Refused("Reshape", example, [2, 3, 4], m => m.Node("Reshape", ["x", m.Integers(shape)]), words);

    private static OperatorCase Squeeze(string example, int[] shape, int[] axes, int[] expected) => Read(
        "Squeeze", example, shape, m => m.NodeWithAxes("Squeeze", "x", OpsetOfAxesAsInput, axes), x => x.Reshape(expected));

    /// <summary>The axes behind rows, which factors of channels have.</summary>
    private static OperatorCase Unsqueeze(string example, int[] shape, int[] axes) => Read(
        "Unsqueeze", example, [.. shape, 4, 5],
        m => m.Node("Mul", ["x", UnsqueezeNode(m, MeansOf(m), axes)]),
        x => BroadcastReference.Multiply(x, PoolingReference.Mean(x, 2, 3)));

    private static string MeansOf(ModelBuilder model) => model.Node("Flatten", [model.Node("GlobalAveragePool", ["x"])]);

    private static string UnsqueezeNode(ModelBuilder model, params int[] axes) => UnsqueezeNode(model, "x", axes);

    private static string UnsqueezeNode(ModelBuilder model, string x, int[] axes) =>
        model.NodeWithAxes("Unsqueeze", x, OpsetOfAxesAsInput, axes);
}
