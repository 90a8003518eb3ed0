using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using static System.FormattableString;

namespace Evenkeel.Onnx.Reading;

/// <summary>Reads activation functions.</summary>
internal static class ActivationReaders
{
    private const int OpsetOfBroadcasting = 8;
    private const int OpsetOfClipInputs = 11;
    private const int OpsetOfSoftmaxAxis = 13;

    public static OnnxInput Relu(NetworkReader network, NodeReader node, string name) => network.Add(name, new Relu(), node.X);

    public static OnnxInput Tanh(NetworkReader network, NodeReader node, string name) => network.Add(name, new Tanh(), node.X);

    public static OnnxInput Sigmoid(NetworkReader network, NodeReader node, string name) => network.Add(name, new Sigmoid(), node.X);

    public static OnnxInput HardSwish(NetworkReader network, NodeReader node, string name) => network.Add(name, new HardSwish(), node.X);

    public static OnnxInput LeakyRelu(NetworkReader network, NodeReader node, string name) =>
        network.Add(name, new LeakyRelu(node.Number("alpha", 0.01f)), node.X);

    public static OnnxInput HardSigmoid(NetworkReader network, NodeReader node, string name) =>
        network.Add(name, new HardSigmoid(node.Number("alpha", 0.2f), node.Number("beta", 0.5f)), node.X);

    public static OnnxInput Gelu(NetworkReader network, NodeReader node, string name) => node.Text("approximate", "none") switch
    {
        "none" => network.Add(name, new Gelu(), node.X),
        "tanh" => network.Add(name, new Gelu(approximate: true), node.X),
        var other => throw new NodeException($"its approximation '{other}' is unknown"),
    };

    public static OnnxInput Clip(NetworkReader network, NodeReader node, string name)
    {
        double minimum, maximum;
        if (node.Opset < OpsetOfClipInputs)
        {
            node.ExpectOneInput();
            minimum = node.Number("min", float.MinValue);
            maximum = node.Number("max", float.MaxValue);
        }
        else
        {
            minimum = Bound(node.OptionalConstant(1, "minimum")) ?? double.NegativeInfinity;
            maximum = Bound(node.OptionalConstant(2, "maximum")) ?? double.PositiveInfinity;
        }

        minimum = minimum <= float.MinValue ? double.NegativeInfinity : minimum;
        maximum = maximum >= float.MaxValue ? double.PositiveInfinity : maximum;
        return network.Add(name, Bounded(minimum, maximum), node.X);

        static double? Bound(OnnxTensor? tensor) => tensor is null ? null
            : tensor.Count == 1 ? tensor.AsFloats()[0]
            : throw new NodeException(Invariant($"its bound '{tensor.Name}' has {tensor.Count} elements; expected one"));
    }

    public static OnnxInput Max(NetworkReader network, NodeReader node, string name) =>
        Compare(network, node, name, number => Bounded(number, double.PositiveInfinity));

    public static OnnxInput Min(NetworkReader network, NodeReader node, string name) =>
        Compare(network, node, name, number => Bounded(double.NegativeInfinity, number));

    public static OnnxInput Softmax(NetworkReader network, NodeReader node, string name)
    {
        NetworkValue x = node.X;
        if (node.Opset >= OpsetOfSoftmaxAxis)
        {
            return network.Add(name, new Softmax(x.Axis(node.Integer("axis", -1))), x);
        }

        // Before, all axes from the given one on were taken together.
        int axis = x.Axis(node.Integer("axis", 1));
        return x.Sample[axis..].All(length => length == 1)
            ? network.Add(name, new Softmax(axis), x)
            : throw new NodeException($"it takes axes {axis} to {x.Rank - 1} together, before version 13; only one axis can be read");
    }

    private static Clamp Bounded(double minimum, double maximum) =>
        minimum <= maximum && !double.IsPositiveInfinity(minimum) && !double.IsNegativeInfinity(maximum)
            ? new Clamp(minimum, maximum)
            : throw new NodeException(Invariant($"its minimum is {minimum} and its maximum {maximum}, which no number is between"));

    /// <summary>Reads a comparison of the elements of a tensor with a number; a tensor that is compared with nothing stays.</summary>
    private static NetworkValue Compare(NetworkReader network, NodeReader node, string name, Func<double, Clamp> layerOf)
    {
        if (Enumerable.Range(0, node.Inputs.Length).Count(node.IsTensor) > 1)
        {
            throw new NodeException("it compares tensors; only a tensor and a number can be read");
        }

        (NetworkValue x, OnnxTensor? number) = node.KnownInputs switch
        {
            [NetworkValue only] => (only, null),
            [NetworkValue first, ConstantValue { Tensor: var second }] => (first, second),
            [ConstantValue { Tensor: var first }, NetworkValue second] => (second, first),
            _ => throw new NodeException("its inputs are not a tensor and a number; nothing else can be read"),
        };
        if (number is null)
        {
            return network.Add(name, new Identity(), x);
        }

        string shapes = $"it compares {x.Shape} with '{number.Name}', {number.Shape}";
        if (node.Opset < OpsetOfBroadcasting)
        {
            throw new NodeException(Invariant($"{shapes}; in version {node.Opset} of the operators, the shapes must be the same"));
        }

        return number.Count == 1 && number.Lengths.Length <= x.Rank
            ? network.Add(name, layerOf(number.AsFloats()[0]), x)
            : throw new NodeException($"{shapes}; only one number can be read");
    }
}
