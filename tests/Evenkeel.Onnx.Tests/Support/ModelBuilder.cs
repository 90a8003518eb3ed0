using Evenkeel.Onnx.Protos;
using Evenkeel.Onnx.Tests.Reference;
using Google.Protobuf;

namespace Evenkeel.Onnx.Tests.Support;

/// <summary>Builds a small ONNX model with one input, <c>x</c>, whose first axis, the batch, is open.</summary>
internal sealed class ModelBuilder
{
    /// <summary>The name of the input.</summary>
    public const string X = "x";

    private readonly GraphProto _graph = new() { Name = "graph" };

    public ModelBuilder(int opset, params ReadOnlySpan<int> sample)
    {
        Opset = opset;
        ValueInfoProto input = Value(X);
        input.Type.TensorType.Shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" } } };
        foreach (int length in sample)
        {
            input.Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        }

        _graph.Input.Add(input);
    }

    /// <summary>The version of the operators.</summary>
    public int Opset { get; }

    /// <summary>Adds a constant in single precision.</summary>
    public string Constant(NdArray values)
    {
        TensorProto tensor = Tensor(values);
        tensor.Name = $"c{_graph.Initializer.Count}";
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a constant that is one number, without axes.</summary>
    public string Constant(float value) => Constant(NdArray.Of([], value));

    /// <summary>Adds a vector of integers.</summary>
    public string Integers(params long[] values) => Integers([values.Length], values);

    /// <summary>Adds one integer, without axes.</summary>
    public string Integer(long value) => Integers([], [value]);

    /// <summary>Adds a truth value.</summary>
    public string Boolean(bool value)
    {
        var tensor = new TensorProto { Name = $"c{_graph.Initializer.Count}", DataType = 9, Int32Data = { value ? 1 : 0 } };
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a node, named after its operator and its number.</summary>
    /// <returns>The name of its output.</returns>
    public string Node(string type, string[] inputs, params IEnumerable<AttributeProto> attributes) =>
        Nodes(type, 1, inputs, attributes)[0];

    /// <summary>Adds a node of several outputs.</summary>
    public string[] Nodes(string type, int outputs, string[] inputs, params IEnumerable<AttributeProto> attributes)
    {
        string name = $"{type}{_graph.Node.Count}";
        string[] names = [.. Enumerable.Range(0, outputs).Select(i => i == 0 ? $"{name}:out" : $"{name}:out{i}")];
        _graph.Node.Add(
            new NodeProto { Name = name, OpType = type, Input = { inputs }, Output = { names }, Attribute = { attributes } });
        return names;
    }

    /// <summary>Adds a node whose axes are an attribute in old versions, and an input from the given one on.</summary>
    public string NodeWithAxes(string type, string x, int opsetOfInput, int[] axes, params AttributeProto[] attributes) =>
        Opset < opsetOfInput
            ? Node(type, [x], [Attributes.Ints("axes", axes), .. attributes])
            : Node(type, [x, Integers([.. axes.Select(axis => (long)axis)])], attributes);

    /// <summary>Gives the bytes of the file.</summary>
    /// <param name="output">The name of the output.</param>
    public byte[] Build(string output)
    {
        _graph.Output.Clear();
        _graph.Output.Add(Value(output));
        var model = new ModelProto { IrVersion = 8, Graph = _graph, OpsetImport = { new OperatorSetIdProto { Version = Opset } } };
        return model.ToByteArray();
    }

    /// <summary>A tensor in single precision.</summary>
    public static TensorProto Tensor(NdArray values) =>
        new() { DataType = 1, Dims = { values.Lengths.Select(length => (long)length) }, FloatData = { values.Floats } };

    private string Integers(long[] lengths, long[] values)
    {
        var tensor = new TensorProto { Name = $"c{_graph.Initializer.Count}", DataType = 7, Dims = { lengths }, Int64Data = { values } };
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static ValueInfoProto Value(string name) =>
        new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1 } } };
}
