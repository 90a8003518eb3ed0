using Evenkeel.Onnx.Protos;
using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;
using static Evenkeel.Onnx.Tests.Reading.Operators.OperatorCase;
using static Evenkeel.Onnx.Tests.Support.Attributes;

namespace Evenkeel.Onnx.Tests.Reading.Operators;

/// <summary>Models of normalizations.</summary>
internal static class NormalizationCases
{
    private const double DefaultEpsilon = 1e-5;

    public static IEnumerable<OperatorCase> All => [.. Batches, .. Instances, .. Groups, .. Layers, .. RootMeanSquares];

    private static IEnumerable<OperatorCase> Batches =>
    [
        Batch("batchnorm_example", [2, 3, 4, 5], DefaultEpsilon),
        Batch("batchnorm_epsilon", [2, 3, 4, 5], 0.01f, Number("epsilon", 0.01f)),
        Batch("rows", [4, 3], DefaultEpsilon),
        Batch("sequences", [4, 3, 6], DefaultEpsilon, Number("momentum", 0.5f)),
        Batch("spatial", [2, 3, 4, 5], DefaultEpsilon, Int("spatial", 1)) with { Until = 8 },
        Refused("BatchNormalization", "not spatial", [2, 3], m => BatchNode(m, 3, 1, Int("spatial", 0)), "spatial is 0") with
        {
            Until = 8,
            RunsInOnnxRuntime = false,
        },
        Refused(
            "BatchNormalization", "batchnorm_example_training_mode", [2, 3, 4, 5],
            m => BatchNode(m, 3, 3, Int("training_mode", 1)), "training_mode is 1") with { From = 14 },
        Refused("BatchNormalization", "five outputs", [2, 3, 4, 5], m => BatchNode(m, 3, 5), "more than one output, as in training") with
        {
            Until = 13,
            RunsInOnnxRuntime = false,
        },
    ];

    private static IEnumerable<OperatorCase> Instances =>
    [
        Instance("instancenorm_example", [2, 3, 4, 5], DefaultEpsilon),
        Instance("instancenorm_epsilon", [2, 3, 4, 5], 0.01f, Number("epsilon", 0.01f)),
        Instance("sequences", [2, 3, 6], DefaultEpsilon),
        Refused(
            "InstanceNormalization", "one value", [2, 3, 1, 1],
            m => m.Node("InstanceNormalization", ["x", m.Constant(Scale(3)), m.Constant(Bias(3))]), "one value to normalize"),
    ];

    private static IEnumerable<OperatorCase> Groups =>
    [
        .. Group("group_normalization_example", [3, 4, 2, 2], 2, DefaultEpsilon),
        .. Group("group_normalization_epsilon", [3, 4, 2, 2], 2, 0.01f, Number("epsilon", 0.01f)),
        .. Group("sequences", [3, 6, 4], 3, DefaultEpsilon),
        .. Group("one group", [3, 6, 4, 2], 1, DefaultEpsilon),
        .. Group("stash_type", [3, 6, 4, 2], 2, DefaultEpsilon, Int("stash_type", 1)).Where(example => example.From == 21),
        Refused(
            "GroupNormalization", "scale of each channel before version 21", [3, 4, 2, 2],
            m => m.Node("GroupNormalization", ["x", m.Constant(Scale(4)), m.Constant(Bias(4))], Int("num_groups", 2)),
            "scale is [4]; expected [2]") with { Until = 20, RunsInOnnxRuntime = false },
        Refused(
            "GroupNormalization", "scale of each group from version 21 on", [3, 4, 2, 2],
            m => m.Node("GroupNormalization", ["x", m.Constant(Scale(2)), m.Constant(Bias(2))], Int("num_groups", 2)),
            "scale is [2]; expected [4]") with { From = 21, RunsInOnnxRuntime = false },
    ];

    private static IEnumerable<OperatorCase> Layers =>
    [
        .. new[] { 1, 2, 3, -1, -2, -3 }.SelectMany(axis => (OperatorCase[])
        [
            Rows("LayerNormalization", $"layer_normalization_4d_axis{axis}", [2, 3, 4, 5], axis, DefaultEpsilon),
            Rows(
                "LayerNormalization", $"layer_normalization_4d_axis{axis}_epsilon", [2, 3, 4, 5], axis, 0.1f, Number("epsilon", 0.1f)),
        ]),
        Rows("LayerNormalization", "layer_normalization_default_axis", [2, 3, 4, 5], null, DefaultEpsilon),
        Rows("LayerNormalization", "layer_normalization_2d_axis1", [3, 4], 1, DefaultEpsilon, Int("stash_type", 1)),
        Read(
            "LayerNormalization", "without bias", [3, 4],
            m => m.Node("LayerNormalization", ["x", m.Constant(Scale(4))]),
            x => NormalizationReference.Layer(x, 1, Scale(4), null, DefaultEpsilon)),
        Read(
            "LayerNormalization", "a scale of the last axis", [2, 3, 4],
            m => m.Node("LayerNormalization", ["x", m.Constant(Scale(4)), m.Constant(Bias(4))], Int("axis", 1)),
            x => NormalizationReference.Layer(x, 1, Scale(4), Bias(4), DefaultEpsilon)),
        Refused(
            "LayerNormalization", "layer_normalization_4d_axis0", [2, 3, 4, 5],
            m => m.Node("LayerNormalization", ["x", m.Constant(Scale(2, 3, 4, 5))], Int("axis", 0)), "axis 0 is not one of a sample"),
        Refused(
            "LayerNormalization", "a scale of the first axis", [2, 3, 4],
            m => m.Node("LayerNormalization", ["x", m.Constant(Scale(3, 1))], Int("axis", 1)), "does not fit the rows"),
        Refused(
            "LayerNormalization", "the mean", [2, 3, 4],
            m => m.Nodes("LayerNormalization", 3, ["x", m.Constant(Scale(4))])[1], "which is not the first, is used")
            with { RunsInOnnxRuntime = false },
    ];

    private static IEnumerable<OperatorCase> RootMeanSquares =>
    [
        .. new[] { 1, 2, 3, -1, -2, -3 }.Select(axis =>
            Rows("RMSNormalization", $"rms_normalization_4d_axis{axis}", [2, 3, 4, 5], axis, DefaultEpsilon)),
        Rows("RMSNormalization", "rms_normalization_3d_axis1_epsilon", [2, 3, 5], 1, 0.1f, Number("epsilon", 0.1f)),
        Rows("RMSNormalization", "rms_normalization_default_axis", [2, 3, 4, 5], null, DefaultEpsilon),
        Refused(
            "RMSNormalization", "rms_normalization_4d_axis0", [2, 3, 4, 5],
            m => m.Node("RMSNormalization", ["x", m.Constant(Scale(2, 3, 4, 5))], Int("axis", 0)), "axis 0 is not one of a sample"),
    ];

    private static NdArray Scale(params int[] lengths) => NdArray.Random(2, lengths);

    private static NdArray Bias(params int[] lengths) => NdArray.Random(3, lengths);

    private static OperatorCase Batch(string example, int[] shape, double epsilon, params AttributeProto[] attributes) => Read(
        "BatchNormalization", example, shape,
        m => BatchNode(m, shape[1], 1, attributes),
        x => NormalizationReference.Batch(
            x, Scale(shape[1]), Bias(shape[1]), NdArray.Random(4, shape[1]), NdArray.Positive(5, shape[1]), epsilon));

    private static string BatchNode(ModelBuilder model, int channels, int outputs, params AttributeProto[] attributes)
    {
        string[] inputs =
        [
            "x", model.Constant(Scale(channels)), model.Constant(Bias(channels)), model.Constant(NdArray.Random(4, channels)),
            model.Constant(NdArray.Positive(5, channels)),
        ];
        return model.Nodes("BatchNormalization", outputs, inputs, attributes)[0];
    }

    private static OperatorCase Instance(string example, int[] shape, double epsilon, params AttributeProto[] attributes) => Read(
        "InstanceNormalization", example, shape,
        m => m.Node("InstanceNormalization", ["x", m.Constant(Scale(shape[1])), m.Constant(Bias(shape[1]))], attributes),
        x => NormalizationReference.Group(x, shape[1], Scale(shape[1]), Bias(shape[1]), epsilon));

    /// <summary>Scale and bias are of each group before version 21, and of each channel from it on.</summary>
    private static IEnumerable<OperatorCase> Group(
        string example, int[] shape, int groups, double epsilon, params AttributeProto[] attributes)
    {
        yield return With($"{example}, scale of each group", groups) with { Until = 20 };
        yield return With($"{example}, scale of each channel", shape[1]) with { From = 21 };

        OperatorCase With(string name, int length) => Read(
            "GroupNormalization", name, shape,
            m => m.Node(
                "GroupNormalization",
                ["x", m.Constant(Scale(length)), m.Constant(Bias(length))],
                [Int("num_groups", groups), .. attributes]),
            x => NormalizationReference.Group(x, groups, Scale(length), Bias(length), epsilon));
    }

    private static OperatorCase Rows(
        string type, string example, int[] shape, int? axis, double epsilon, params AttributeProto[] attributes)
    {
        int first = axis is { } given ? given < 0 ? given + shape.Length : given : shape.Length - 1;
        bool isLayer = type == "LayerNormalization";
        NdArray scale = Scale(shape[first..]), bias = Bias(shape[first..]);
        return Read(
            type, example, shape,
            m => m.Node(
                type,
                isLayer ? ["x", m.Constant(scale), m.Constant(bias)] : ["x", m.Constant(scale)],
                axis is { } named ? [Int("axis", named), .. attributes] : attributes),
            x => isLayer
                ? NormalizationReference.Layer(x, first, scale, bias, epsilon)
                : NormalizationReference.RootMeanSquare(x, first, scale, epsilon));
    }
}
