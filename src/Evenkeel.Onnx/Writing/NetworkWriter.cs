using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Onnx.Writing;

/// <summary>Writes the layers of a network as nodes, in the order in which they run.</summary>
internal sealed class NetworkWriter
{
    private readonly GraphWriter _graph;
    private readonly Dictionary<Layer, string> _paths;
    private readonly List<string> _obstacles = [];

    private NetworkWriter(GraphWriter graph, Layer network)
    {
        _graph = graph;
        _paths = network.NamedLayers().ToDictionary(named => named.Layer, named => named.Path);
    }

    /// <summary>Writes a network.</summary>
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="network">The network.</param>
    /// <param name="input">What it reads.</param>
    /// <returns>The output, in the order of the network's axes.</returns>
    /// <exception cref="NotSupportedException">ONNX has no form of some layers; all are named.</exception>
    public static OnnxValue Write(GraphWriter graph, Layer network, OnnxValue input)
    {
        var writer = new NetworkWriter(graph, network);
        OnnxValue output = writer.InOrder(writer.Write(network, input), "output");
        return writer._obstacles.Count == 0
            ? output
            : throw new NotSupportedException(
                $"ONNX has no form of {(writer._obstacles.Count == 1 ? "a layer" : $"{writer._obstacles.Count} layers")}: "
                + string.Join("; ", writer._obstacles) + ".");
    }

    private OnnxValue Write(Layer layer, OnnxValue x)
    {
        // A linear layer takes the order of the file, by ordering its weights.
        bool takesAnyOrder = layer is Sequential or Residual or Graph or Identity or Linear or ChannelDropout
            or Dropout { Kind: DropoutKind.Inverted };
        return WriteLayer(layer, takesAnyOrder || x.Flattened is null ? x : InOrder(x, PathOf(layer)));
    }

    private OnnxValue WriteLayer(Layer layer, OnnxValue x) => layer switch
    {
        Sequential network => network.Layers.Aggregate(x, (value, child) => Write(child, value)),
        Residual block => Write(block, x),
        Graph network => Write(network, x),
        Identity or Dropout { Kind: DropoutKind.Inverted } or ChannelDropout => x,
        Dropout dropout => x with
        {
            Name = _graph.Node(PathOf(layer), "Mul", [x.Name, _graph.Scalar($"{PathOf(layer)}.weight", (float)(1 - dropout.Probability))]),
        },
        Linear linear => Write(linear, x),
        Embedding or CategoryEmbedding => EmbeddingWriter.Write(_graph, PathOf(layer), layer, x, OutputShape(layer, x)),
        ChannelAffine affine => Write(affine, x),
        ConvolutionLayer convolution => Write(convolution, x),
        Flatten => WriteRows(layer, x),
        Permute permute => Permute(permute, InOrder(x, PathOf(layer))),
        MaxPool2d or AveragePool2d or GlobalAveragePool2d or AdaptiveAveragePool2d => Pool(layer, x),
        Softmax softmax => Softmax(softmax, x),
        Activation => x with { Name = ActivationWriter.Write(_graph, PathOf(layer), layer, x.Name) ?? Unsupported(layer, x) },
        ChannelNormalization normalization => Write(normalization, x),
        RowNormalization normalization => Write(normalization, x),
        _ => Refuse(layer, x, "it is a type of your own"),
    };

    private OnnxValue Write(Residual block, OnnxValue x)
    {
        OnnxValue skipped = block.Shortcut is null ? x : Write(block.Shortcut, x), body = Write(block.Body, x);
        string name = block.Activation is null ? PathOf(block) : $"{PathOf(block.Activation)}.sum";
        OnnxValue sum = Add(name, body, skipped);
        return block.Activation is null ? sum : Write(block.Activation, sum);
    }

    private OnnxValue Write(Graph network, OnnxValue x)
    {
        var values = new Dictionary<string, OnnxValue> { [Graph.Input] = x };
        foreach (GraphNode node in network.Nodes)
        {
            OnnxValue[] inputs = [.. node.Inputs.Select(name => values[name])];
            values[node.Name] = Write(node.Layer, inputs.Length == 1 ? inputs[0] : Combine(node, inputs));
        }

        return values[network.Nodes[^1].Name];
    }

    private OnnxValue Combine(GraphNode node, OnnxValue[] inputs)
    {
        // An identity leaves its name to the combination.
        string path = PathOf(node.Layer);
        bool isIdentity = node.Layer is Identity;
        switch (node.Combination)
        {
            case Combination.Sum:
                OnnxValue sum = inputs[0];
                for (int i = 1; i < inputs.Length; i++)
                {
                    sum = Add(isIdentity && i == inputs.Length - 1 ? path : $"{path}.sum", sum, inputs[i]);
                }

                return sum;

            case Combination.Product:
                return Multiply(node, isIdentity ? path : $"{path}.product", inputs[0], inputs[1]);

            default:
                inputs = [.. inputs.Select(input => InOrder(input, path))];
                nint[] shape = [.. inputs[0].Shape];
                int axis = node.Axis < 0 ? node.Axis + shape.Length + 1 : node.Axis;
                shape[axis - 1] = inputs.Aggregate((nint)0, (sum, input) => sum + input.Shape[axis - 1]);
                string name = _graph.Node(
                    isIdentity ? path : $"{path}.concatenation",
                    "Concat",
                    [.. inputs.Select(input => input.Name)],
                    GraphWriter.Attribute("axis", (long)axis));
                return new OnnxValue(name, shape);
        }
    }

    private OnnxValue Multiply(GraphNode node, string name, OnnxValue first, OnnxValue second)
    {
        first = InOrder(first, name);
        second = InOrder(second, name);
        bool isFirstLarger = first.Rank == second.Rank ? Size(first) >= Size(second) : first.Rank > second.Rank;
        OnnxValue larger = isFirstLarger ? first : second;
        OnnxValue factors = ReferenceEquals(larger, first) ? second : first;
        if (factors.Shape.Length < larger.Shape.Length)
        {
            // The factors of channels are vectors: give them axes of length 1.
            int axis = node.Axis < 0 ? node.Axis + larger.Rank : node.Axis;
            long[] shape = [.. Enumerable.Range(0, larger.Rank).Select(i => i == 0 ? 0L : i == axis ? factors.Shape[0] : 1L)];
            shape[0] = -1;
            factors = factors with
            {
                Name = _graph.Node($"{name}.factors", "Reshape", [factors.Name, _graph.Integers($"{name}.factors.shape", shape)]),
            };
        }

        string[] operands = ReferenceEquals(larger, first) ? [first.Name, factors.Name] : [factors.Name, second.Name];
        return new OnnxValue(_graph.Node(name, "Mul", operands), larger.Shape);

        static nint Size(OnnxValue value) => value.Shape.Aggregate((nint)1, (product, length) => product * length);
    }

    private OnnxValue Add(string name, OnnxValue first, OnnxValue second)
    {
        if (first.IsTransposed != second.IsTransposed || first.Flattened is not null || second.Flattened is not null)
        {
            (first, second) = (InOrder(first, name), InOrder(second, name));
        }

        return first with { Name = _graph.Node(name, "Add", [first.Name, second.Name]) };
    }

    private OnnxValue Write(Linear linear, OnnxValue x)
    {
        string path = PathOf(linear);
        nint[] shape = OutputShape(linear, x);
        if (x.Rank == 2)
        {
            ReadOnlySpan<float> weights = LinearWeights.InFileOrder(linear, x.Flattened);
            string weight = _graph.Constant($"{path}.weight", weights, linear.Outputs, linear.Inputs);
            x = x.Flattened is null ? x : x with { Name = Rows(x.FlattenName, x.Name) };
            string[] inputs = linear.Bias is null
                ? [x.Name, weight]
                : [x.Name, weight, _graph.Constant($"{path}.bias", linear.Bias.Value.Elements(), linear.Outputs)];
            return new OnnxValue(_graph.Node(path, "Gemm", inputs, GraphWriter.Attribute("transB", 1L)), shape);
        }

        x = InOrder(x, path);
        string transposed = _graph.Constant($"{path}.weight", LinearWeights.Transposed(linear), linear.Inputs, linear.Outputs);
        if (linear.Bias is null)
        {
            return new OnnxValue(_graph.Node(path, "MatMul", [x.Name, transposed]), shape);
        }

        string product = _graph.Node($"{path}.product", "MatMul", [x.Name, transposed]);
        string bias = _graph.Constant($"{path}.bias", linear.Bias.Value.Elements(), linear.Outputs);
        return new OnnxValue(_graph.Node(path, "Add", [product, bias]), shape);
    }

    private OnnxValue Write(ChannelAffine affine, OnnxValue x)
    {
        string path = PathOf(affine);
        x = InOrder(x, path);
        int axis = affine.ChannelAxis < 0 ? affine.ChannelAxis + x.Rank : affine.ChannelAxis;
        string weight = PerChannel($"{path}.weight", affine.Weight, x.Rank - axis - 1);
        if (affine.Bias is null)
        {
            return x with { Name = _graph.Node(path, "Mul", [x.Name, weight]) };
        }

        string product = _graph.Node($"{path}.product", "Mul", [x.Name, weight]);
        return x with
        {
            Name = _graph.Node(path, "Add", [product, PerChannel($"{path}.bias", affine.Bias, x.Rank - axis - 1)]),
        };
    }

    /// <summary>Adds a constant that is one number if it is the same for all channels.</summary>
    /// <param name="name">The name.</param>
    /// <param name="parameter">The numbers of the channels.</param>
    /// <param name="axesBehind">The number of axes behind that of the channels.</param>
    private string PerChannel(string name, Parameter parameter, int axesBehind)
    {
        ReadOnlySpan<float> values = parameter.Value.Elements();
        return values.ContainsAnyExcept(values[0])
            ? _graph.Constant(name, values, [parameter.Length, .. Enumerable.Repeat((nint)1, axesBehind)])
            : _graph.Scalar(name, values[0]);
    }

    private OnnxValue Write(ConvolutionLayer convolution, OnnxValue x)
    {
        string path = PathOf(convolution);
        bool isImage = convolution is Conv2d;
        int axis = isImage ? ((Conv2d)convolution).Options.ChannelAxis : ((Conv1d)convolution).Options.ChannelAxis;
        nint[] shape = OutputShape(convolution, x);
        x = ChannelsFirst(x, axis, path);
        WindowAttributes window = WindowAttributes.Of(convolution, x);
        nint[] lengths = convolution.Weight.Value.Lengths.ToArray();
        string weight = _graph.Constant($"{path}.weight", convolution.Weight.Value.Elements(), lengths);
        string[] inputs = convolution.Bias is null
            ? [x.Name, weight]
            : [x.Name, weight, _graph.Constant($"{path}.bias", convolution.Bias.Value.Elements(), convolution.Outputs)];
        return x with { Name = _graph.Node(path, "Conv", inputs, window.ToAttributes()), Shape = shape };
    }

    /// <summary>
    /// Makes rows of samples; where the file has the channels first and the network last, later, since a linear layer orders its weights.
    /// </summary>
    private OnnxValue WriteRows(Layer layer, OnnxValue x)
    {
        if (x.Rank == 2)
        {
            return x;
        }

        nint[] shape = OutputShape(layer, x);
        return x.IsTransposed && x.Shape[..^1].Any(length => length != 1)
            ? new OnnxValue(x.Name, shape) { Flattened = x.Shape, FlattenName = PathOf(layer) }
            : new OnnxValue(Rows(PathOf(layer), x.Name), shape);
    }

    private string Rows(string name, string x) => _graph.Node(name, "Flatten", [x], GraphWriter.Attribute("axis", 1L));

    private OnnxValue Permute(Permute permute, OnnxValue x) => new(
        _graph.Node(PathOf(permute), "Transpose", [x.Name], GraphWriter.Attribute("perm", permute.Axes)), OutputShape(permute, x));

    private OnnxValue Softmax(Softmax softmax, OnnxValue x)
    {
        string path = PathOf(softmax);
        x = InOrder(x, path);
        int axis = softmax.Axis < 0 ? softmax.Axis + x.Rank : softmax.Axis;
        return x with { Name = _graph.Node(path, "Softmax", [x.Name], GraphWriter.Attribute("axis", (long)axis)) };
    }

    private OnnxValue Pool(Layer layer, OnnxValue x)
    {
        string path = PathOf(layer);
        nint[] shape = OutputShape(layer, x);
        x = ChannelsFirst(x, PoolingWriter.AxisOf(layer), path);
        return PoolingWriter.Write(_graph, path, layer, x, shape);
    }

    private OnnxValue Write(ChannelNormalization normalization, OnnxValue x)
    {
        if (NormalizationWriter.Obstacle(normalization, x) is { } obstacle)
        {
            return Refuse(normalization, x, obstacle);
        }

        string path = PathOf(normalization);
        x = ChannelsFirst(x, normalization.ChannelAxis, path);
        return x with { Name = NormalizationWriter.Write(_graph, path, normalization, x) };
    }

    private OnnxValue Write(RowNormalization normalization, OnnxValue x)
    {
        string path = PathOf(normalization);
        x = InOrder(x, path);
        return x with { Name = NormalizationWriter.Write(_graph, path, normalization, x) };
    }

    /// <summary>Gives a tensor with the channels behind the samples, as ONNX's operators take it.</summary>
    private OnnxValue ChannelsFirst(OnnxValue x, int axis, string path)
    {
        axis = axis < 0 ? axis + x.Rank : axis;
        if (axis == 1)
        {
            return x.Rank == 2 && x.Flattened is null ? x : InOrder(x, path);
        }

        if (axis != x.Rank - 1)
        {
            _obstacles.Add($"'{path}', whose channels are on axis {axis}, neither the first behind the samples nor the last");
            return x;
        }

        int[] order = [0, x.Rank - 1, .. Enumerable.Range(1, x.Rank - 2)];
        return x.IsTransposed
            ? x
            : x with
            {
                Name = _graph.Node($"{path}.channels_first", "Transpose", [x.Name], GraphWriter.Attribute("perm", order)),
                IsTransposed = true,
            };
    }

    /// <summary>Gives a tensor with the network's order of axes.</summary>
    private OnnxValue InOrder(OnnxValue x, string path)
    {
        if (x.Flattened is { } images)
        {
            OnnxValue ordered = InOrder(new OnnxValue(x.Name, images, IsTransposed: true), x.FlattenName);
            return new OnnxValue(Rows(x.FlattenName, ordered.Name), x.Shape);
        }

        if (!x.IsTransposed)
        {
            return x;
        }

        int[] order = [0, .. Enumerable.Range(2, x.Rank - 2), 1];
        return x with
        {
            Name = _graph.Node($"{path}.channels_last", "Transpose", [x.Name], GraphWriter.Attribute("perm", order)),
            IsTransposed = false,
        };
    }

    private string PathOf(Layer layer) =>
        (_paths[layer] is { Length: > 0 } path ? path : layer.GetType().Name).Replace(OnnxNames.Dot, '.');

    private static nint[] OutputShape(Layer layer, OnnxValue x) => layer.OutputShape([1, .. x.Shape])[1..];

    private string Unsupported(Layer layer, OnnxValue x) => Refuse(layer, x, "it is a type of your own").Name;

    private OnnxValue Refuse(Layer layer, OnnxValue x, string reason)
    {
        _obstacles.Add($"'{PathOf(layer)}' ({layer.GetType().Name}), since {reason}");
        return new OnnxValue(x.Name, OutputShape(layer, x));
    }
}
