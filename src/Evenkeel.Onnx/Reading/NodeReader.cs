using Evenkeel.Onnx.Protos;
using static System.FormattableString;

namespace Evenkeel.Onnx.Reading;

/// <summary>Reads the attributes and the inputs of a node, strictly: what nobody asks for is an obstacle.</summary>
internal sealed class NodeReader
{
    private readonly Dictionary<string, AttributeProto> _attributes = [];
    private readonly HashSet<string> _unread;
    private readonly TensorReader _tensors;

    /// <summary>Creates a reader.</summary>
    /// <param name="node">The node.</param>
    /// <param name="opset">The version of the operators.</param>
    /// <param name="inputs">What it reads; null for an input that is left out.</param>
    /// <param name="tensors">Reads constants.</param>
    /// <exception cref="NodeException">An attribute occurs twice.</exception>
    public NodeReader(NodeProto node, int opset, OnnxInput?[] inputs, TensorReader tensors)
    {
        (Node, Opset, Inputs, _tensors) = (node, opset, inputs, tensors);
        foreach (AttributeProto attribute in node.Attribute)
        {
            if (!_attributes.TryAdd(attribute.Name, attribute))
            {
                throw new NodeException($"it has the attribute '{attribute.Name}' twice");
            }
        }

        _unread = [.. _attributes.Keys];
    }

    /// <summary>The node.</summary>
    public NodeProto Node { get; }

    /// <summary>The version of the operators.</summary>
    public int Opset { get; }

    /// <summary>What the node reads; null for an input that is left out.</summary>
    public OnnxInput?[] Inputs { get; }

    /// <summary>What the node reads, where all of it is known.</summary>
    /// <exception cref="UnknownInputException">An input is unknown.</exception>
    public OnnxInput?[] KnownInputs => Inputs.Any(input => input is UnknownValue) ? throw new UnknownInputException() : Inputs;

    /// <summary>Takes an amount of memory into account before it is allocated.</summary>
    public void Charge(long bytes) => _tensors.Charge(bytes);

    /// <summary>The first input, a tensor of the network.</summary>
    public NetworkValue X => Value(0);

    /// <summary>An input that the network computes.</summary>
    public NetworkValue Value(int index) => Input(index) switch
    {
        NetworkValue value => value,
        var other => throw new NodeException(Invariant(
            $"its input {index} is {(other is ShapeValue ? "a shape" : "a constant")}; a tensor of the network is expected")),
    };

    /// <summary>An input that is a constant.</summary>
    public OnnxTensor Constant(int index, string what) =>
        (IsTensor(index) ? null : Input(index) as ConstantValue)?.Tensor
        ?? throw new NodeException($"its {what} is computed by the network; only a constant can be read");

    /// <summary>An input that is a constant; null if it is left out.</summary>
    public OnnxTensor? OptionalConstant(int index, string what) =>
        index < Inputs.Length && Inputs[index] is not null ? Constant(index, what) : null;

    /// <summary>A constant of a shape, as numbers.</summary>
    public float[] Floats(int index, string what, params ReadOnlySpan<nint> lengths)
    {
        OnnxTensor tensor = Constant(index, what);
        return tensor.Lengths.AsSpan().SequenceEqual(lengths)
            ? tensor.AsFloats()
            : throw new NodeException($"its {what} is {tensor.Shape}; expected [{string.Join(", ", lengths.ToArray())}]");
    }

    /// <summary>An integer attribute.</summary>
    public long Integer(string name, long defaultValue) =>
        Take(name, AttributeProto.Types.AttributeType.Int) is { } attribute ? attribute.I : defaultValue;

    /// <summary>An attribute that is a number.</summary>
    public double Number(string name, double defaultValue) =>
        Take(name, AttributeProto.Types.AttributeType.Float) is { } attribute ? attribute.F : defaultValue;

    /// <summary>An attribute that is a text.</summary>
    public string Text(string name, string defaultValue) =>
        Take(name, AttributeProto.Types.AttributeType.String) is { } attribute ? attribute.S.ToStringUtf8() : defaultValue;

    /// <summary>An attribute that is a list of integers; null if there is none.</summary>
    public int[]? Integers(string name) => LongIntegers(name) is { } integers ? InRange(integers, name) : null;

    /// <summary>An attribute that is a list of integers of any size; null if there is none.</summary>
    public long[]? LongIntegers(string name) =>
        Take(name, AttributeProto.Types.AttributeType.Ints) is { } attribute ? [.. attribute.Ints] : null;

    /// <summary>
    /// The axes that an operator works on: an attribute in old versions, an input from the given one on; null if left out.
    /// </summary>
    public int[]? Axes(int opsetOfInput)
    {
        if (Opset < opsetOfInput)
        {
            ExpectOneInput();
            return Integers("axes");
        }

        return OptionalConstant(1, "list of axes") is { } tensor ? InRange(tensor.AsIntegers(), "axes") : null;
    }

    /// <summary>Throws if there are more inputs, which later versions of an operator have instead of attributes.</summary>
    public void ExpectOneInput()
    {
        if (Inputs.Length > 1)
        {
            throw new NodeException(Invariant($"it has {Inputs.Length} inputs; in version {Opset} of the operators it has one"));
        }
    }

    /// <summary>An attribute that is a tensor; null if there is none.</summary>
    public OnnxTensor? Tensor(string name) =>
        Take(name, AttributeProto.Types.AttributeType.Tensor) is { } attribute
            ? _tensors.Read(attribute.T ?? throw new NodeException($"its attribute '{name}' has no tensor"))
            : null;

    /// <summary>An attribute that is a list of numbers; null if there is none.</summary>
    public float[]? Numbers(string name) =>
        Take(name, AttributeProto.Types.AttributeType.Floats) is { } attribute ? [.. attribute.Floats] : null;

    /// <summary>Marks attributes as read that change nothing here.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _unread.Remove(name);
        }
    }

    /// <summary>Throws unless an attribute has the only value that can be read.</summary>
    public void Expect(string name, long expected)
    {
        long value = Integer(name, expected);
        if (value != expected)
        {
            throw new NodeException(Invariant($"its {name} is {value}; only {expected} can be read"));
        }
    }

    /// <summary>Throws if an attribute was not read.</summary>
    public void End()
    {
        if (_unread.Count > 0)
        {
            throw new NodeException($"its attribute '{_unread.First()}' is unknown");
        }
    }

    /// <summary>An input, whatever it is.</summary>
    /// <exception cref="UnknownInputException">It is unknown.</exception>
    public OnnxInput Input(int index) => index >= Inputs.Length || Inputs[index] is not { } input
        ? throw new NodeException(Invariant($"its input {index} is missing"))
        : input is UnknownValue ? throw new UnknownInputException()
        : input;

    /// <summary>Whether an input is a tensor of the network, known or unknown.</summary>
    public bool IsTensor(int index) =>
        index < Inputs.Length && Inputs[index] is NetworkValue or UnknownValue { Kind: UnknownValue.Dependency.Input };

    private static int[] InRange(IEnumerable<long> values, string name) => [.. values.Select(value =>
        value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new NodeException(Invariant($"its {name} has {value}, which is out of range")))];

    private AttributeProto? Take(string name, AttributeProto.Types.AttributeType type)
    {
        if (!_attributes.TryGetValue(name, out AttributeProto? attribute))
        {
            return null;
        }

        _unread.Remove(name);

        // Files before version 1.2 of the format have no types of attributes.
        return attribute.Type == type || attribute.Type == AttributeProto.Types.AttributeType.Undefined
            ? attribute
            : throw new NodeException($"its attribute '{name}' is of the type {attribute.Type}; expected {type}");
    }
}
