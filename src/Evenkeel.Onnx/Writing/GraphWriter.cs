using System.Globalization;
using System.Runtime.InteropServices;
using Evenkeel.Onnx.Protos;
using Google.Protobuf;

namespace Evenkeel.Onnx.Writing;

/// <summary>Collects the nodes and constants of a graph in the order in which they run.</summary>
/// <param name="opset">The version of the operators.</param>
/// <param name="reserved">Names that nodes and constants do not have: those of the input and the output.</param>
internal sealed class GraphWriter(int opset, params string[] reserved)
{
    private readonly HashSet<string> _names = [.. reserved];

    /// <summary>The graph.</summary>
    public GraphProto Graph { get; } = new() { Name = "network" };

    /// <summary>The version of the operators.</summary>
    public int Opset => opset;

    /// <summary>Whether a node has an operator of <see cref="OnnxNames.MachineLearning"/>.</summary>
    public bool UsesMachineLearning { get; private set; }

    /// <summary>Adds a node with one output, which has its name.</summary>
    /// <param name="name">The node's name, which no other has.</param>
    /// <param name="type">The operator.</param>
    /// <param name="inputs">The names of what it reads.</param>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The name of the output.</returns>
    public string Node(string name, string type, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        name = Unique(name);
        var node = new NodeProto { Name = name, OpType = type, Output = { name } };
        foreach (string input in inputs)
        {
            node.Input.Add(input);
        }

        foreach (AttributeProto attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        Graph.Node.Add(node);
        return name;
    }

    /// <summary>Adds a node with an operator of <see cref="OnnxNames.MachineLearning"/>.</summary>
    /// <inheritdoc cref="Node"/>
    public string MachineLearningNode(
        string name, string type, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        name = Node(name, type, inputs, attributes);
        Graph.Node[^1].Domain = OnnxNames.MachineLearning;
        UsesMachineLearning = true;
        return name;
    }

    /// <summary>Adds a conversion to another type of element.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="x">The name of what it reads.</param>
    /// <param name="type">The type, one of <see cref="TensorTypes"/>.</param>
    /// <returns>The name of the output.</returns>
    public string Cast(string name, string x, int type) => Node(name, "Cast", [x], Attribute("to", (long)type));

    /// <summary>Adds a constant.</summary>
    /// <returns>Its name.</returns>
    public string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<nint> lengths) =>
        Constant(name, TensorTypes.Float, MemoryMarshal.AsBytes(values), lengths);

    /// <summary>Adds a constant.</summary>
    /// <returns>Its name.</returns>
    public string Constant(string name, ReadOnlySpan<double> values, params ReadOnlySpan<nint> lengths) =>
        Constant(name, TensorTypes.Double, MemoryMarshal.AsBytes(values), lengths);

    /// <summary>Adds a vector of integers, such as a shape or axes.</summary>
    /// <returns>Its name.</returns>
    public string Integers(string name, params ReadOnlySpan<long> values) =>
        Constant(name, TensorTypes.Int64, MemoryMarshal.AsBytes(values), values.Length);

    /// <summary>Adds an integer.</summary>
    /// <returns>Its name.</returns>
    public string Index(string name, long value) =>
        Constant(name, TensorTypes.Int64, MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in value)));

    /// <summary>Adds a number.</summary>
    /// <returns>Its name.</returns>
    public string Scalar(string name, float value) => Constant(name, [value]);

    /// <summary>An attribute that is a number.</summary>
    public static AttributeProto Attribute(string name, double value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)value };

    /// <summary>An attribute that is an integer.</summary>
    public static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    /// <summary>An attribute that is a text.</summary>
    public static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    /// <summary>An attribute that is a list of integers.</summary>
    public static AttributeProto Attribute(string name, params IEnumerable<int> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values.Select(value => (long)value) } };

    /// <summary>An attribute that is a list of integers.</summary>
    public static AttributeProto Integers(string name, IEnumerable<long> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    /// <summary>An attribute that is a list of numbers.</summary>
    public static AttributeProto Numbers(string name, IEnumerable<float> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Floats, Floats = { values } };

    /// <summary>An attribute that is a list of texts.</summary>
    public static AttributeProto Texts(string name, IEnumerable<string> values) => new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.Strings,
        Strings = { values.Select(ByteString.CopyFromUtf8) },
    };

    /// <summary>Describes an input or an output of the graph; the size of a batch is left open.</summary>
    /// <param name="value">The name and the shape.</param>
    /// <param name="type">The type of its elements, one of <see cref="TensorTypes"/>.</param>
    /// <param name="description">What it holds; empty if nothing need be said.</param>
    public static ValueInfoProto Value(OnnxValue value, int type = TensorTypes.Float, string description = "")
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" } } };
        foreach (nint length in value.Shape)
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        }

        return new ValueInfoProto
        {
            Name = value.Name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = shape } },
            DocString = description,
        };
    }

    /// <summary>Gives the output of the graph its name.</summary>
    public OnnxValue NameOutput(OnnxValue output, string name)
    {
        NodeProto? last = Graph.Node.FirstOrDefault(node => node.Output[0] == output.Name);
        if (last is null)
        {
            // The network gives its input.
            Node("identity", "Identity", [output.Name]);
            last = Graph.Node[^1];
        }

        last.Output[0] = name;
        foreach (NodeProto node in Graph.Node)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = node.Input[i] == output.Name && node != last ? name : node.Input[i];
            }
        }

        return output with { Name = name };
    }

    private string Constant(string name, int type, ReadOnlySpan<byte> data, params ReadOnlySpan<nint> lengths)
    {
        name = Unique(name);
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(data) };
        foreach (nint length in lengths)
        {
            tensor.Dims.Add(length);
        }

        Graph.Initializer.Add(tensor);
        return name;
    }

    private string Unique(string name)
    {
        string unique = name;
        for (int i = 2; !_names.Add(unique); i++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{name}.{i}");
        }

        return unique;
    }
}
