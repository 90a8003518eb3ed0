using Evenkeel.Onnx.Protos;

namespace Evenkeel.Onnx.Reading;

/// <summary>Finds what older versions of the operators, and exporters, write by its parts, and puts one node in its place.</summary>
/// <remarks>The parts must be read by each other only. What is not recognized stays as it is.</remarks>
internal sealed class Decompositions
{
    private readonly IReadOnlyList<NodeProto> _nodes;
    private readonly Dictionary<string, OnnxTensor> _constants;
    private readonly Dictionary<string, NodeProto> _sources = [];
    private readonly Dictionary<string, List<NodeProto>> _readers = [];
    private readonly HashSet<NodeProto> _parts = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<NodeProto, NodeProto> _replacements = new(ReferenceEqualityComparer.Instance);

    private Decompositions(IReadOnlyList<NodeProto> nodes, Dictionary<string, OnnxTensor> constants, string output)
    {
        (_nodes, _constants) = (nodes, constants);
        foreach (NodeProto node in nodes)
        {
            if (node.Output.Count > 0 && IsOwn(node))
            {
                _sources.TryAdd(node.Output[0], node);
            }

            foreach (string input in node.Input.Distinct())
            {
                AddReader(input, node);
            }
        }

        AddReader(output, new NodeProto());
    }

    /// <summary>Returns nodes, each decomposition as one.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="constants">The constants that they read.</param>
    /// <param name="output">The output of the graph.</param>
    public static IReadOnlyList<NodeProto> Fuse(
        IReadOnlyList<NodeProto> nodes, Dictionary<string, OnnxTensor> constants, string output) =>
        new Decompositions(nodes, constants, output).Fuse();

    private List<NodeProto> Fuse()
    {
        foreach (NodeProto node in _nodes)
        {
            if (node.OpType == NormalizationReaders.GroupsOfChannels)
            {
                throw new InvalidDataException($"'{node.OpType}' is no operator.");
            }

            if (node is not { Input.Count: > 0, Output.Count: 1 } || !IsOwn(node))
            {
                continue;
            }

            if (node.OpType == "Div")
            {
                _ = FuseNormalization(node);
            }
            else if (node.OpType == "Clip")
            {
                _ = FuseHardSwish(node);
            }
            else if (node.OpType == "Erf")
            {
                _ = FuseGelu(node);
            }
            else if (node.OpType == "InstanceNormalization")
            {
                _ = FuseGroups(node);
            }
        }

        return [.. _nodes.Where(node => !_parts.Contains(node)).Select(node => _replacements.GetValueOrDefault(node, node))];
    }

    /// <summary>(x − mean)/√(variance + ε)·γ + β over the last axes, or x/√(mean of squares + ε)·γ.</summary>
    private bool FuseNormalization(NodeProto quotient)
    {
        if (quotient.Input is not [var deviation, var root]
            || Source(root, "Sqrt") is not { } squareRoot
            || Source(squareRoot.Input[0], "Add") is not { } sum
            || ConstantOf(sum, out string? power, out float epsilon) is false
            || Source(power!, "ReduceMean") is not { } mean
            || AxesOf(mean) is not { } axes
            || SquareOf(mean.Input[0], out NodeProto? square) is not { } squared
            || squared != deviation
            || SoleReader(quotient.Output[0], "Mul") is not { } scaled
            || OtherConstant(scaled, quotient.Output[0]) is not { } weight)
        {
            return false;
        }

        List<NodeProto> parts = [quotient, squareRoot, sum, mean, square!];
        string x = deviation, type = "RMSNormalization";
        if (_sources.TryGetValue(deviation, out NodeProto? centered) && centered.OpType == "Sub"
            && centered.Input is [var original, var average] && Source(average, "ReduceMean") is { } first
            && first.Input[0] == original && AxesOf(first) is { } sameAxes && sameAxes.SequenceEqual(axes))
        {
            (x, type) = (original, "LayerNormalization");
            parts.AddRange([centered, first]);
        }

        NodeProto last = scaled;
        string[] inputs = [x, weight];
        if (type == "LayerNormalization" && SoleReader(scaled.Output[0], "Add") is { } shifted
            && OtherConstant(shifted, scaled.Output[0]) is { } bias)
        {
            parts.Add(scaled);
            last = shifted;
            inputs = [x, weight, bias];
        }

        if (parts.Any(part => ReadersOf(part.Output[0]).Any(
            reader => !ReferenceEquals(reader, last) && !parts.Any(other => ReferenceEquals(other, reader)))))
        {
            return false;
        }

        Replace(parts, last, type, inputs, Attribute("axis", axes[0]), Attribute("epsilon", epsilon));
        return true;
    }

    /// <summary>Instance normalization of groups as channels, between two reshapes, then γ and β: group normalization.</summary>
    private bool FuseGroups(NodeProto instance)
    {
        if (instance.Input is not [var groups, var ones, var zeros]
            || Source(groups, "Reshape") is not { Input: [var x, var shape] } before
            || Integers(shape) is not [0, var count, -1]
            || Floats(ones) is not { } scales || scales.Any(scale => scale != 1)
            || Floats(zeros) is not { } shifts || shifts.Any(shift => shift != 0)
            || SoleReader(instance.Output[0], "Reshape") is not { Input.Count: 2 } after
            || SoleReader(after.Output[0], "Mul") is not { } scaled || OtherConstant(scaled, after.Output[0]) is not { } weight
            || SoleReader(scaled.Output[0], "Add") is not { } shifted || OtherConstant(shifted, scaled.Output[0]) is not { } bias)
        {
            return false;
        }

        AttributeProto epsilon = instance.Attribute.FirstOrDefault(attribute => attribute.Name == "epsilon") ?? Attribute("epsilon", 1e-5f);
        Replace(
            [before, instance, after, scaled],
            shifted,
            NormalizationReaders.GroupsOfChannels,
            [x, weight, bias, after.Input[1]],
            Attribute("num_groups", count),
            epsilon);
        return true;
    }

    private long[]? Integers(string name) => _constants.GetValueOrDefault(name)?.Integers;

    private float[]? Floats(string name) => _constants.GetValueOrDefault(name)?.Floats;

    /// <summary>x·½·(1 + erf(x/√2)), the factors in any order.</summary>
    private bool FuseGelu(NodeProto erf)
    {
        if ((Source(erf.Input[0], "Div") ?? Source(erf.Input[0], "Mul")) is not { } scaled
            || !ConstantOf(scaled, out string? x, out float root)
            || Math.Abs((scaled.OpType == "Div" ? root : 1 / root) - Math.Sqrt(2)) > 1e-5
            || SoleReader(erf.Output[0], "Add") is not { } sum || !ConstantOf(sum, out _, out float one) || one != 1
            || SoleReader(sum.Output[0], "Mul") is not { } product)
        {
            return false;
        }

        // x·(1 + erf)·½, or (x·½)·(1 + erf).
        string? other = Other(product, sum.Output[0]);
        if (other == x && SoleReader(product.Output[0], "Mul") is { } halved && ConstantOf(halved, out _, out float half) && half == 0.5f)
        {
            Replace([scaled, erf, sum, product], halved, "Gelu", [x!]);
            return true;
        }

        if (other is not null && Source(other, "Mul") is { } before
            && ConstantOf(before, out string? halfOf, out float factor) && factor == 0.5f && halfOf == x)
        {
            Replace([scaled, erf, sum, before], product, "Gelu", [x!]);
            return true;
        }

        return false;
    }

    /// <summary>clip(x + 3, 0, 6)·⅙, a hard sigmoid, and x·clip(x + 3, 0, 6)·⅙, a hard swish; ·⅙ may be a division by 6.</summary>
    private bool FuseHardSwish(NodeProto clip)
    {
        if (BoundsOf(clip) is not (0, 6)
            || Source(clip.Input[0], "Add") is not { } sum || !ConstantOf(sum, out string? x, out float three) || three != 3)
        {
            return false;
        }

        if (SixthOf(clip.Output[0]) is { } last)
        {
            Replace([sum, clip], last, "HardSigmoid", [x!], Attribute("alpha", 1f / 6), Attribute("beta", 0.5f));
            return true;
        }

        if (SoleReader(clip.Output[0], "Mul") is { } product && Other(product, clip.Output[0]) == x
            && SixthOf(product.Output[0]) is { } lastOfProduct)
        {
            Replace([sum, clip, product], lastOfProduct, "HardSwish", [x!]);
            return true;
        }

        return false;
    }

    /// <summary>The bounds of a clip, attributes or inputs; null where one is missing or no constant.</summary>
    private (float Minimum, float Maximum)? BoundsOf(NodeProto clip)
    {
        float?[] bounds = clip.Input.Count == 3
            ? [.. clip.Input.Skip(1).Select(input => Floats(input) is [var value] ? value : (float?)null)]
            : [.. ((string[])["min", "max"]).Select(name => clip.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.F)];
        return bounds is [{ } minimum, { } maximum] ? (minimum, maximum) : null;
    }

    /// <summary>What alone reads a value, and takes a sixth of it; null where that is not so.</summary>
    private NodeProto? SixthOf(string name)
    {
        NodeProto? node = SoleReader(name, "Div") ?? SoleReader(name, "Mul");
        return node is not null && ConstantOf(node, out string? input, out float number) && input == name
            && ArithmeticReaders.IsSixth(node.OpType == "Div" ? 1 / number : number)
                ? node
                : null;
    }

    private void Replace(
        IEnumerable<NodeProto> parts, NodeProto last, string type, string[] inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { Name = last.Name, OpType = type, Output = { last.Output } };
        node.Input.AddRange(inputs);
        foreach (AttributeProto attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        _parts.UnionWith(parts);
        _replacements[last] = node;
    }

    /// <summary>The node of a type whose output is a name, if nothing else reads it.</summary>
    private NodeProto? Source(string name, string type) =>
        _sources.GetValueOrDefault(name) is { Input.Count: > 0 } node && node.OpType == type && ReadersOf(name).Count == 1 && IsFree(node)
            ? node
            : null;

    private NodeProto? SoleReader(string name, string type) =>
        ReadersOf(name) is [{ Output.Count: 1 } reader] && reader.OpType == type && IsOwn(reader) && IsFree(reader) ? reader : null;

    /// <summary>Whether a node belongs to no decomposition yet.</summary>
    private bool IsFree(NodeProto node) => !_parts.Contains(node) && !_replacements.ContainsKey(node);

    /// <summary>The other input and the number of a node of a tensor and a number that adds no axis to it.</summary>
    private bool ConstantOf(NodeProto node, out string? input, out float number)
    {
        (input, number) = (null, 0);
        if (node.Input is not [var first, var second])
        {
            return false;
        }

        bool isSecond = _constants.TryGetValue(second, out OnnxTensor? constant), isOrdered = node.OpType is "Pow" or "Div";
        if (!isSecond && (isOrdered || !_constants.TryGetValue(first, out constant)))
        {
            return false;
        }

        // A batch has two axes or more.
        (input, number) = (isSecond ? first : second, constant is { Floats: [var value], Lengths.Length: <= 2 } ? value : float.NaN);
        return !float.IsNaN(number);
    }

    private static bool IsOwn(NodeProto node) => OnnxNames.IsOwnDomain(node.Domain);

    private List<NodeProto> ReadersOf(string name) => _readers.GetValueOrDefault(name) ?? [];

    private void AddReader(string name, NodeProto reader)
    {
        if (!_readers.TryGetValue(name, out List<NodeProto>? readers))
        {
            _readers.Add(name, readers = []);
        }

        readers.Add(reader);
    }

    /// <summary>The other input of a node of two.</summary>
    private static string? Other(NodeProto node, string name) =>
        node.Input is not [var first, var second] ? null : first == name ? second : first;

    private string? OtherConstant(NodeProto node, string name) =>
        Other(node, name) is { } other && _constants.ContainsKey(other) ? other : null;

    /// <summary>What is squared: by a product with itself, or by a power of 2.</summary>
    private string? SquareOf(string name, out NodeProto? square)
    {
        square = Source(name, "Mul") ?? Source(name, "Pow");
        return square is { OpType: "Mul", Input: [var a, var b] } && a == b ? a
            : square is { OpType: "Pow" } && ConstantOf(square, out string? x, out float exponent) && exponent == 2 ? x
            : null;
    }

    /// <summary>The axes of a mean that keeps them, if they count from the end without a gap; in order.</summary>
    private long[]? AxesOf(NodeProto mean)
    {
        AttributeProto? keeps = mean.Attribute.FirstOrDefault(attribute => attribute.Name == "keepdims");
        long[]? axes = mean.Attribute.FirstOrDefault(attribute => attribute.Name == "axes") is { } given ? [.. given.Ints]
            : mean.Input.Count == 2 ? Integers(mean.Input[1])
            : null;
        if (keeps is { I: 0 } || axes is null || axes.Length == 0)
        {
            return null;
        }

        long[] ordered = [.. axes.Order()];
        return ordered.Index().All(axis => axis.Item == axis.Index - ordered.Length) ? ordered : null;
    }

    private static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static AttributeProto Attribute(string name, float value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };
}
