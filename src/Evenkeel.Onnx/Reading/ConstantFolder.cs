using Evenkeel.Onnx.Protos;

namespace Evenkeel.Onnx.Reading;

/// <summary>Computes what does not depend on the input: constants, and constants with their axes changed.</summary>
internal static class ConstantFolder
{
    /// <summary>Separates the constants of a graph from its other nodes.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="opset">The version of the operators.</param>
    /// <param name="tensors">Reads constants.</param>
    /// <returns>The constants by name, and the nodes that are not constant.</returns>
    /// <exception cref="InvalidDataException">A constant is not valid, or defined twice.</exception>
    public static (Dictionary<string, OnnxTensor> Constants, List<NodeProto> Nodes) Fold(GraphProto graph, int opset, TensorReader tensors)
    {
        var constants = new Dictionary<string, OnnxTensor>();
        foreach (TensorProto tensor in graph.Initializer)
        {
            Define(tensor.Name, tensors.Read(tensor));
        }

        var nodes = new List<NodeProto>();
        foreach (NodeProto node in graph.Node)
        {
            OnnxTensor?[] inputs = [.. node.Input.Select(input => constants.GetValueOrDefault(input))];
            if (OnnxNames.IsOwnDomain(node.Domain) && node.Output is [{ Length: > 0 } output] && inputs.All(input => input is not null)
                && Fold(node, opset, inputs!, tensors) is { } constant)
            {
                Define(output, constant with { Name = output });
            }
            else
            {
                nodes.Add(node);
            }
        }

        return (constants, nodes);

        void Define(string name, OnnxTensor constant)
        {
            if (!constants.TryAdd(name, constant))
            {
                throw new InvalidDataException($"The name '{name}' is defined twice.");
            }
        }
    }

    /// <summary>Reads a constant that was not folded, to give the reason.</summary>
    public static OnnxInput Constant(NetworkReader network, NodeReader node, string name) =>
        new ConstantValue(Constant(node) ?? throw new NodeException("it holds no constant of numbers"));

    private static OnnxTensor? Fold(NodeProto node, int opset, OnnxTensor[] inputs, TensorReader tensors)
    {
        try
        {
            var reader = new NodeReader(node, opset, [.. inputs.Select(input => new ConstantValue(input))], tensors);
            OnnxTensor? constant = (node.OpType, inputs) switch
            {
                ("Constant", []) => Constant(reader),
                ("Identity", [var x]) => x,
                ("Transpose", [var x]) => Transpose(
                    reader, x, reader.Integers("perm") ?? [.. Enumerable.Range(0, x.Lengths.Length).Reverse()]),
                ("Unsqueeze", [var x, ..]) => Unsqueeze(x, reader.Axes(ShapeReaders.OpsetOfAxesAsInput) ?? []),
                ("Reshape", [var x, { Integers: { } shape }]) => Reshape(x, shape),
                _ => null,
            };
            if (constant is not null)
            {
                reader.End();
            }

            return constant;
        }
        catch (NodeException)
        {
            return null; // which the reader of the node reports
        }
    }

    private static OnnxTensor? Constant(NodeReader node) => node.Tensor("value")
        ?? (node.Numbers("value_floats") is { } floats ? new OnnxTensor("", [floats.Length], floats, null)
        : node.Integers("value_ints") is { } integers
            ? new OnnxTensor("", [integers.Length], null, [.. integers.Select(value => (long)value)])
        : node.Number("value_float", double.NaN) is var number and not double.NaN ? new OnnxTensor("", [], [(float)number], null)
        : node.Integer("value_int", long.MinValue) is var integer and not long.MinValue ? new OnnxTensor("", [], null, [integer])
        : null);

    private static OnnxTensor? Transpose(NodeReader node, OnnxTensor x, int[] order)
    {
        int rank = x.Lengths.Length;
        if (x.Floats is not { } values || order.Length != rank || !order.Order().SequenceEqual(Enumerable.Range(0, rank)))
        {
            return null;
        }

        nint[] lengths = [.. order.Select(axis => x.Lengths[axis])];
        var strides = new long[rank];
        long stride = 1;
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= x.Lengths[axis];
        }

        node.Charge((long)sizeof(float) * values.Length);
        var result = new float[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            long rest = i, source = 0;
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                (rest, long position) = Math.DivRem(rest, (long)lengths[axis]);
                source += position * strides[order[axis]];
            }

            result[i] = values[source];
        }

        return x with { Lengths = lengths, Floats = result };
    }

    private static OnnxTensor? Unsqueeze(OnnxTensor x, int[] axes)
    {
        int rank = x.Lengths.Length + axes.Length;
        if (rank > TensorReader.MaximumAxes)
        {
            return null;
        }

        HashSet<int> added = [.. axes.Select(axis => axis < 0 ? axis + rank : axis)];
        if (added.Count != axes.Length || added.Any(axis => axis < 0 || axis >= rank))
        {
            return null;
        }

        var kept = new Queue<nint>(x.Lengths);
        return x with { Lengths = [.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) ? 1 : kept.Dequeue())] };
    }

    private static OnnxTensor? Reshape(OnnxTensor x, long[] shape)
    {
        if (shape.Length > TensorReader.MaximumAxes
            || shape.Index().Any(axis => axis.Item < -1 || axis.Item > x.Count || (axis.Item == 0 && axis.Index >= x.Lengths.Length)))
        {
            return null;
        }

        long[] lengths = [.. shape.Select((length, axis) => length == 0 ? x.Lengths[axis] : length)];
        int open = Array.IndexOf(lengths, -1);
        long known = lengths.Where(length => length != -1).Aggregate(1L, (product, length) => Math.Min(product * length, int.MaxValue));
        if (open >= 0 && known > 0)
        {
            lengths[open] = x.Count / known;
            known *= lengths[open];
        }

        return known == x.Count && !lengths.Contains(-1) ? x with { Lengths = [.. lengths.Select(length => (nint)length)] } : null;
    }
}
