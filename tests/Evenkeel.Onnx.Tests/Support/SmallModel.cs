using Evenkeel.Onnx.Protos;

namespace Evenkeel.Onnx.Tests.Support;

/// <summary>Small files, from a line of text.</summary>
internal static class SmallModel
{
    /// <summary>Makes a file that reads <c>x</c> and gives <c>y</c>.</summary>
    /// <param name="opset">The version of the operators.</param>
    /// <param name="sample">The shape of a sample of <c>x</c>.</param>
    /// <param name="nodes">The nodes: of each the operator, its inputs and its output, with ';' between nodes.</param>
    public static ModelProto Create(int opset, ReadOnlySpan<nint> sample, string nodes)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" } } };
        foreach (nint length in sample)
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        }

        var graph = new GraphProto { Name = "small", Input = { Value("x", shape) }, Output = { Value("y", shape: null) } };
        foreach (string[] words in nodes.Split(';').Select(node => node.Split(' ')))
        {
            graph.Node.Add(new NodeProto { Name = words[^1], OpType = words[0], Input = { words[1..^1] }, Output = { words[^1] } });
        }

        return new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = opset } }, Graph = graph };
    }

    /// <summary>Adds a constant that is one number.</summary>
    public static ModelProto With(this ModelProto model, string name, float value)
    {
        model.Graph.Initializer.Add(new TensorProto { Name = name, DataType = TensorTypes.Float, FloatData = { value } });
        return model;
    }

    /// <summary>Adds a constant list of integers.</summary>
    public static ModelProto With(this ModelProto model, string name, long[] values)
    {
        model.Graph.Initializer.Add(
            new TensorProto { Name = name, DataType = TensorTypes.Int64, Dims = { values.Length }, Int64Data = { values } });
        return model;
    }

    /// <summary>Gives a node an attribute that is an integer.</summary>
    public static ModelProto With(this ModelProto model, string node, string name, long value) => model.With(
        node, new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value });

    /// <summary>Gives a node an attribute that is a number.</summary>
    public static ModelProto With(this ModelProto model, string node, string name, float value) => model.With(
        node, new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value });

    /// <summary>Gives a node an attribute that is a list of integers.</summary>
    public static ModelProto With(this ModelProto model, string node, string name, long[] values) => model.With(
        node, new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } });

    private static ModelProto With(this ModelProto model, string node, AttributeProto attribute)
    {
        model.Graph.Node.Single(other => other.Name == node).Attribute.Add(attribute);
        return model;
    }

    private static ValueInfoProto Value(string name, TensorShapeProto? shape) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = TensorTypes.Float, Shape = shape } },
    };
}
