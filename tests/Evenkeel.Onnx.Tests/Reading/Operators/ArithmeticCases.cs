using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;
using static Evenkeel.Onnx.Tests.Reading.Operators.OperatorCase;
using static Evenkeel.Onnx.Tests.Support.Attributes;

namespace Evenkeel.Onnx.Tests.Reading.Operators;

/// <summary>Models of sums, differences, products and quotients.</summary>
internal static class ArithmeticCases
{
    private const string RefusalOfComputed = "is computed by the network; only a constant can be read";

    private static readonly NdArray OneNumber = NdArray.Of([], 2.5);
    private static readonly NdArray PerChannel = NdArray.Positive(2, 4, 1);
    private static readonly NdArray LastAxis = NdArray.Positive(3, 5);
    private static readonly NdArray Whole = NdArray.Positive(4, 4, 5);
    private static readonly NdArray PerSample = NdArray.Positive(5, 3, 1, 1);
    private static readonly NdArray Matrix = NdArray.Random(6, 4, 5);

    private static readonly Dictionary<string, Func<double, double, double>> Functions = new()
    {
        ["Add"] = (a, b) => a + b,
        ["Sub"] = (a, b) => a - b,
        ["Mul"] = (a, b) => a * b,
        ["Div"] = (a, b) => a / b,
    };

    public static IEnumerable<OperatorCase> All =>
    [
        .. Functions.Keys.SelectMany(OfConstants),
        .. Functions.Keys.SelectMany(OfTensors),
        .. Sums,
        .. Products,
        Refused("Div", "a divisor without a reciprocal", [3, 4, 5], m => m.Node("Div", ["x", m.Constant(1e-39f)]), "it divides by 1E-39"),
    ];

    private static IEnumerable<OperatorCase> Sums =>
    [
        Read(
            "Add", "a bias behind a product", [3, 4],
            m => m.Node("Add", [m.Constant(LastAxis.Reshape(1, 5)), m.Node("MatMul", ["x", m.Constant(Matrix)])]),
            x => BroadcastReference.Add(ProductReference.MatMul(x, Matrix), LastAxis)),
        Read(
            "Add", "a bias behind a product that is read twice", [3, 4],
            m =>
            {
                string product = m.Node("MatMul", ["x", m.Constant(Matrix)]);
                return m.Node("Add", [m.Node("Add", [product, m.Constant(LastAxis)]), product]);
            },
            x => BroadcastReference.Add(ProductReference.MatMul(x, Matrix).Map(value => 2 * value), LastAxis)),
        Read(
            "Add", "a shift behind a scale", [3, 4, 5],
            m => m.Node("Add", [m.Node("Mul", ["x", m.Constant(PerChannel)]), m.Constant(PerChannel)]),
            x => BroadcastReference.Add(BroadcastReference.Multiply(x, PerChannel), PerChannel)),
        Read(
            "Add", "a shift behind a scale of another axis", [3, 4, 5],
            m => m.Node("Add", [m.Node("Mul", ["x", m.Constant(PerChannel)]), m.Constant(LastAxis)]),
            x => BroadcastReference.Add(BroadcastReference.Multiply(x, PerChannel), LastAxis)),
        Read(
            "Add", "a tensor to itself", [3, 4, 5], m => m.Node("Add", ["x", "x"]), x => x.Map(value => 2 * value)),
        Refused(
            "Add", "means of channels", [3, 4, 5, 6],
            m => m.Node("Add", ["x", m.Node("GlobalAveragePool", ["x"])]), "they must have the same shape"),
    ];

    private static IEnumerable<OperatorCase> Products =>
    [
        Read(
            "Mul", "SiLU", [3, 4, 5],
            m => m.Node("Mul", [m.Node("Sigmoid", ["x"]), "x"]), x => x.Map(value => value * ActivationReference.Sigmoid(value))),
        Read("Mul", "a tensor by itself", [3, 4, 5], m => m.Node("Mul", ["x", "x"]), x => x.Map(value => value * value)),
        Read(
            "Mul", "factors of channels", [3, 4, 5, 6],
            m => m.Node("Mul", [m.Node("GlobalAveragePool", ["x"]), "x"]),
            x => BroadcastReference.Multiply(x, PoolingReference.Mean(x, 2, 3))),
        Read(
            "Mul", "factors of channels, from rows", [3, 4, 5, 6],
            m => m.Node("Mul", ["x", Factors(m, m.Node("Flatten", [m.Node("GlobalAveragePool", ["x"])]))]),
            x => BroadcastReference.Multiply(x, PoolingReference.Mean(x, 2, 3))),
        Refused(
            "Mul", "factors with a gate of their rows", [3, 4],
            m => m.Node("Mul", [Factors(m, "x"), m.Node("Sigmoid", ["x"])]), "factors of channels can be read, no others"),
        Refused(
            "Mul", "factors of rows", [4, 4, 4, 4],
            m => m.Node("Mul", ["x", m.Node("Flatten", [m.Node("GlobalAveragePool", ["x"])])]), "factors of channels can be read"),
    ];

    private static IEnumerable<OperatorCase> OfConstants(string type)
    {
        string example = type.ToLowerInvariant();
        yield return With("one number", OneNumber);
        yield return With("one for each channel", PerChannel);
        yield return With($"{example}_broadcast", LastAxis);
        yield return With("axes of length 1", LastAxis.Reshape(1, 1, 5));
        yield return With("a constant for each element", Whole) with
        {
            Expected = null,
            Refusal = "only one number, or one for each channel, can be read",
        };
        yield return With("a constant for each sample", PerSample) with { Expected = null, Refusal = "is [3, 1, 1] for [N, 4, 5]" };
        OperatorCase reversed = Read(
            type, "the constant first", [3, 4, 5],
            m => m.Node(type, [m.Constant(LastAxis), "x"]), x => BroadcastReference.Apply(LastAxis, x, Functions[type]));
        yield return type is "Add" or "Mul" ? reversed : reversed with { Expected = null, Refusal = RefusalOfComputed };
        yield return Refused(
            type, "broadcast and axis, as in version 6", [3, 4, 4],
            m => m.Node(type, ["x", m.Constant(NdArray.Positive(2, 4))], Int("broadcast", 1), Int("axis", 1)), "is unknown") with
        {
            RunsInOnnxRuntime = false,
        };

        OperatorCase With(string name, NdArray constant) => Read(
            type, name, [3, 4, 5],
            m => m.Node(type, ["x", m.Constant(constant)]), x => BroadcastReference.Apply(x, constant, Functions[type]));
    }

    private static IEnumerable<OperatorCase> OfTensors(string type)
    {
        OperatorCase of = Read(
            type, type.ToLowerInvariant(), [3, 4, 5],
            m => m.Node(type, ["x", m.Node("Tanh", ["x"])]),
            x => BroadcastReference.Apply(x, x.Map(Math.Tanh), Functions[type]));
        yield return type is "Add" or "Mul" ? of : of with { Expected = null, Refusal = RefusalOfComputed };
    }

    private static string Factors(ModelBuilder model, string rows) => model.NodeWithAxes("Unsqueeze", rows, 13, [2, 3]);
}
