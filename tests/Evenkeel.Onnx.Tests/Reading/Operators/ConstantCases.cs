using Evenkeel.Onnx.Protos;
using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;
using Google.Protobuf;
using static Evenkeel.Onnx.Tests.Reading.Operators.OperatorCase;
using static Evenkeel.Onnx.Tests.Support.Attributes;

namespace Evenkeel.Onnx.Tests.Reading.Operators;

/// <summary>Models of constants, and of shapes that are computed from the input.</summary>
internal static class ConstantCases
{
    private const int OpsetOfNumbers = 12;
    private const int OpsetOfShapeRange = 15;
    private const int OpsetOfAxesAsInput = 13;
    private const int OpsetOfNegativeAxes = 11;
    private const int OpsetOfSliceInputs = 10;

    private static readonly NdArray Values = NdArray.Random(2, 5, 5);

    public static IEnumerable<OperatorCase> All => [.. Constants, .. Shapes, .. Gathers, .. Slices, .. SlicesOfTensors];

    private static IEnumerable<OperatorCase> Constants =>
    [
        Read(
            "Constant", "constant", [3, 5],
            m => m.Node("MatMul", ["x", m.Node("Constant", [], Constant("value", ModelBuilder.Tensor(Values)))]),
            x => ProductReference.MatMul(x, Values)),
        Read(
            "Constant", "integers", [3, 4, 5],
            m => m.Node("Reshape", ["x", m.Node("Constant", [], Constant("value", Integers(0, 20)))]), x => x.Reshape(3, 20)),
        Read(
            "Constant", "value_float", [3, 4],
            m => m.Node("Add", ["x", m.Node("Constant", [], Number("value_float", 1.5f))]), x => x.Map(value => value + 1.5))
            with { From = OpsetOfNumbers },
        Read(
            "Constant", "value_floats", [3, 2],
            m => m.Node("Add", ["x", m.Node("Constant", [], Numbers("value_floats", 1.5f, 2.5f))]),
            x => BroadcastReference.Add(x, NdArray.Of([2], 1.5, 2.5))) with { From = OpsetOfNumbers },
        Read(
            "Constant", "value_ints", [3, 4, 5],
            m => m.Node("Reshape", ["x", m.Node("Constant", [], Ints("value_ints", 0, 20))]), x => x.Reshape(3, 20))
            with { From = OpsetOfNumbers },
        Read(
            "Constant", "value_int", [3, 4, 5],
            m =>
            {
                string length = m.NodeWithAxes("Unsqueeze", m.Node("Constant", [], Int("value_int", 20)), OpsetOfAxesAsInput, [0]);
                return m.Node("Reshape", ["x", Shape(m, [Length(m, 0), length])]);
            },
            x => x.Reshape(3, 20)) with { From = OpsetOfNumbers },
        Refused("Constant", "value_string", [3, 4], m => Unused(m, Text("value_string", "a")), "holds no constant of numbers")
            with { From = OpsetOfNumbers },
        Refused(
            "Constant", "sparse_value", [3, 4],
            m => Unused(m, new AttributeProto { Name = "sparse_value" }), "holds no constant of numbers")
            with { From = 11, RunsInOnnxRuntime = false },
        Refused(
            "Constant", "an attribute of another type", [3, 4],
            m => Unused(m, Int("value_float", 1)), "'value_float' is of the type Int; expected Float")
            with { From = OpsetOfNumbers, RunsInOnnxRuntime = false },
    ];

    private static IEnumerable<OperatorCase> Shapes =>
    [
        Read("Shape", "shape", [3, 4, 5], m => m.Node("Reshape", ["x", m.Node("Shape", ["x"])]), x => x),
        Range("start_1", 1, null, [-1, null], [3, 4, 5]),
        Range("start_negative_1", -1, null, [-1, 4, null], [3, 4, 5]),
        Range("end_1", null, 1, [null, 20], [3, 20]),
        Range("end_negative_1", null, -1, [null, 5], [3, 4, 5]),
        Range("start_1_end_negative_1", 1, -1, [-1, null, 5], [3, 4, 5]),
        Range("start_1_end_2", 1, 2, [-1, null, 5], [3, 4, 5]),
        Range("clip_start", -10, null, [null], [3, 4, 5]),
        Range("clip_end", null, 10, [null], [3, 4, 5]),
        Range("start_greater_than_end", 2, 1, [0, null, 20], [3, 20]),
    ];

    private static IEnumerable<OperatorCase> Gathers =>
    [
        Read(
            "Gather", "a length", [3, 4, 5],
            m => m.Node("Reshape", ["x", Shape(m, [Length(m, 0), m.Integers(-1)])]), x => x.Reshape(3, 20)),
        Read(
            "Gather", "a negative index", [3, 4, 5],
            m => m.Node("Reshape", ["x", Shape(m, [Length(m, -3), m.Integers(20)])]), x => x.Reshape(3, 20)) with { From = 11 },
        Read(
            "Gather", "a vector of one index", [3, 4, 5],
            m => m.Node("Reshape", ["x", Shape(m, [m.Node("Gather", [m.Node("Shape", ["x"]), m.Integers(0)]), m.Integers(-1)])]),
            x => x.Reshape(3, 20)),
        Read(
            "Gather", "a vector of one index, without its axis", [3, 4, 5],
            m =>
            {
                string length = m.Node("Gather", [m.Node("Shape", ["x"]), m.Integers(0)], Int("axis", 0));
                string squeezed = m.NodeWithAxes("Squeeze", length, OpsetOfAxesAsInput, [0]);
                return m.Node(
                    "Reshape", ["x", Shape(m, [m.NodeWithAxes("Unsqueeze", squeezed, OpsetOfAxesAsInput, [0]), m.Integers(-1)])]);
            },
            x => x.Reshape(3, 20)),
        Refused(
            "Gather", "two lengths", [3, 4, 5],
            m => m.Node("Reshape", ["x", m.Node("Gather", [m.Node("Shape", ["x"]), m.Integers(0, 1, 2)])]),
            "only one length of a shape can be taken"),
        Refused(
            "Gather", "elements of a constant", [3, 2],
            m => m.Node("Mul", ["x", m.Node("Gather", [m.Constant(NdArray.Random(2, 8)), m.Integers(3, 5)])]), "elements of a constant"),
        Refused("Gather", "an index out of range", [3, 4, 5], m => m.Node("Reshape", ["x", Shape(m, [Length(m, 3)])]), "takes element 3")
            with { RunsInOnnxRuntime = false },
        Refused("Gather", "gather_0", [5, 4, 3, 2], m => m.Node("Gather", ["x", m.Integers(0, 1, 3)], Int("axis", 0)), "only a length"),
        Refused(
            "Gather", "gather_1", [5, 4, 3, 2],
            m => m.Node("Gather", ["x", m.Integers(0, 1, 3)], Int("axis", 1)), "it takes elements of a tensor of the network"),
        Refused(
            "Gather", "gather_negative_indices", [10, 1], m => m.Node("Gather", ["x", m.Integers(0, -9, -10)]), "only a length")
            with { From = 11 },
    ];

    private static IEnumerable<OperatorCase> Slices =>
    [
        Slice("a length", [0], [1], [null, -1], [3, 20], axes: [0]),
        Slice("lengths up to the last but one", [0], [-1], [null, 5], [3, 4, 5], axes: [0]),
        Slice("the last lengths", [-2], [int.MaxValue], [-1, null], [3, 4, 5], axes: [0]),
        Slice("a start out of bounds", [1000], [1000], [0, null, 20], [3, 20], axes: [0]),
        Slice("an end out of bounds", [1], [1000], [-1, null], [3, 4, 5], axes: [0]),
        Slice("an end before the start", [2], [1], [0, null, 20], [3, 20], axes: [0]),
        Slice("default axes", [0], [2], [null, 5], [3, 4, 5]),
        Slice("a negative axis", [0], [2], [null, 5], [3, 4, 5], axes: [-1]) with { From = OpsetOfNegativeAxes },
        Slice("a step of 1", [0], [2], [null, 5], [3, 4, 5], [0], [1]) with { From = OpsetOfSliceInputs },
        Slice("a step of 2", [0], [3], [null, 4], [], [0], [2]) with
        {
            From = OpsetOfSliceInputs,
            Expected = null,
            Refusal = "only lengths of a shape that follow each other can be taken",
        },
        Slice("a step backwards", [2], [-10], [null], [], [0], [-1]) with
        {
            From = OpsetOfSliceInputs,
            Expected = null,
            Refusal = "only lengths of a shape that follow each other can be taken",
        },
        Refused(
            "Slice", "elements of a constant", [3, 2],
            m => m.Node("Mul", ["x", SliceNode(m, m.Constant(NdArray.Random(2, 8)), [3], [5], [0])]), "only lengths of a shape"),
        Refused(
            "Slice", "a start that is computed", [3, 4, 5],
            m =>
            {
                string shape = m.Node("Shape", ["x"]), start = m.Node("Gather", [shape, m.Integers(0)]);
                return m.Node("Reshape", ["x", m.Node("Slice", [shape, start, m.Integers(3)])]);
            },
            "its list of starts is computed") with { From = OpsetOfSliceInputs },
        Refused(
            "Slice", "bounds as in version 1", [3, 4, 5],
            m => m.Node("Reshape", ["x", m.Node("Slice", [m.Node("Shape", ["x"])], Ints("starts", 0), Ints("ends", 3))]),
            "its input 1 is missing") with { From = OpsetOfSliceInputs, RunsInOnnxRuntime = false },
        Refused(
            "Slice", "bounds as in version 10", [3, 4, 5],
            m => m.Node("Reshape", ["x", m.Node("Slice", [m.Node("Shape", ["x"]), m.Integers(0), m.Integers(3)])]),
            "it has 3 inputs") with { Until = OpsetOfSliceInputs - 1, RunsInOnnxRuntime = false },
    ];

    private static IEnumerable<OperatorCase> SlicesOfTensors =>
    [
        SliceOfTensor("slice", [0, 0], [3, 10], [0, 1]),
        SliceOfTensor("slice_neg", [0], [-1], [1]),
        SliceOfTensor("slice_start_out_of_bounds", [1000], [1000], [1]),
        SliceOfTensor("slice_end_out_of_bounds", [1], [1000], [1]),
        SliceOfTensor("slice_default_axes", [0, 0, 3], [20, 10, 4]),
        SliceOfTensor("slice_default_steps", [0, 0, 3], [20, 10, 4], [0, 1, 2]),
        SliceOfTensor("slice_neg_steps", [20, 10, 4], [0, 0, 1], [0, 1, 2], [-1, -3, -2]) with { From = OpsetOfSliceInputs },
        SliceOfTensor("slice_negative_axes", [0, 0, 3], [20, 10, 4], [0, -2, -1]) with { From = OpsetOfNegativeAxes },
    ];

    /// <summary>Reshapes by a slice of the shape and by other lengths; null stands for the slice.</summary>
    private static OperatorCase Slice(
        string example, int[] starts, int[] ends, int?[] lengths, int[] expected, int[]? axes = null, int[]? steps = null) => Read(
        "Slice", example, [3, 4, 5],
        m =>
        {
            string slice = SliceNode(m, m.Node("Shape", ["x"]), starts, ends, axes, steps);
            return m.Node("Reshape", ["x", Shape(m, [.. lengths.Select(length => length is { } known ? m.Integers(known) : slice)])]);
        },
        x => x.Reshape(expected));

    private static OperatorCase SliceOfTensor(string example, int[] starts, int[] ends, int[]? axes = null, int[]? steps = null) => Refused(
        "Slice", example, [20, 10, 5], m => SliceNode(m, "x", starts, ends, axes, steps), "it takes a part of a tensor of the network");

    /// <summary>Bounds and axes are attributes before version 10, and inputs from it on.</summary>
    private static string SliceNode(ModelBuilder model, string x, int[] starts, int[] ends, int[]? axes = null, int[]? steps = null)
    {
        if (model.Opset < OpsetOfSliceInputs)
        {
            AttributeProto[] bounds = [Ints("starts", starts), Ints("ends", ends)];
            return model.Node("Slice", [x], axes is null ? bounds : bounds.Append(Ints("axes", axes)));
        }

        return model.Node("Slice", [x, Input(starts), Input(ends), Input(axes), Input(steps)]);

        string Input(int[]? values) => values is null ? "" : model.Integers([.. values.Select(value => (long)value)]);
    }

    /// <summary>Reshapes by a range of the shape and by other lengths; null stands for the range.</summary>
    private static OperatorCase Range(string example, int? start, int? end, int?[] lengths, int[] expected)
    {
        AttributeProto[] bounds = [.. Bound("start", start), .. Bound("end", end)];
        return Read(
            "Shape", example, [3, 4, 5],
            m =>
            {
                string range = m.Node("Shape", ["x"], bounds);
                return m.Node("Reshape", ["x", Shape(m, [.. lengths.Select(length => length is { } known ? m.Integers(known) : range)])]);
            },
            x => x.Reshape(expected)) with
        {
            From = OpsetOfShapeRange,
        };

        static IEnumerable<AttributeProto> Bound(string name, int? value) => value is { } bound ? [Int(name, bound)] : [];
    }

    private static string Shape(ModelBuilder model, string[] lengths) => model.Node("Concat", lengths, Int("axis", 0));

    private static string Length(ModelBuilder model, long axis) => model.NodeWithAxes(
        "Unsqueeze", model.Node("Gather", [model.Node("Shape", ["x"]), model.Integer(axis)]), OpsetOfAxesAsInput, [0]);

    private static string Unused(ModelBuilder model, AttributeProto value)
    {
        model.Node("Constant", [], value);
        return model.Node("Relu", ["x"]);
    }

    private static TensorProto Integers(params long[] values)
    {
        var bytes = new byte[sizeof(long) * values.Length];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return new TensorProto { DataType = 7, Dims = { values.Length }, RawData = ByteString.CopyFrom(bytes) };
    }
}
