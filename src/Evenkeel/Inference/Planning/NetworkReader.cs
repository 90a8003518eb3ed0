using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;

namespace Evenkeel.Inference.Planning;

/// <summary>Turns a network into the operations of its inference, in the order in which they run.</summary>
internal sealed class NetworkReader
{
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<Layer, string> _paths;
    private readonly string _parameter;

    private NetworkReader(Layer network, string parameter)
    {
        _paths = network.NamedLayers().ToDictionary(named => named.Layer, named => named.Path);
        _parameter = parameter;
    }

    /// <summary>Reads a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sampleShape">The shape of a sample.</param>
    /// <param name="probabilities">True to end with the softmax, unless the network gives probabilities itself.</param>
    /// <returns>The operations; the first is the input, the last gives the output.</returns>
    /// <exception cref="ArgumentException">The shape does not fit a layer.</exception>
    /// <exception cref="ArgumentException">Probabilities are asked of a network with one output.</exception>
    /// <exception cref="NotSupportedException">The output for a sample depends on the other samples of a batch.</exception>
    public static List<Node> Read(Layer network, ReadOnlySpan<nint> sampleShape, bool probabilities)
    {
        var reader = new NetworkReader(network, nameof(sampleShape));
        Node input = reader.Add(NodeKind.Input, "input", sampleShape.ToArray(), null);
        Node output = reader.Add(network, input);
        if (probabilities)
        {
            NetworkProbabilities.CheckClasses(network, [1, .. output.Shape], nameof(network));
            if (!NetworkProbabilities.GivesProbabilities(network))
            {
                output = reader.Add(NodeKind.Other, "probabilities", output.Shape, new Softmax(), output);
            }
        }

        if (output == input)
        {
            reader.Add(NodeKind.Copy, "", output.Shape, null, output); // since nothing else would write the output
        }

        return reader._nodes;
    }

    private Node Add(Layer layer, Node input) => layer switch
    {
        Sequential network => network.Layers.Aggregate(input, (value, child) => Add(child, value)),
        Residual block => Add(block, input),
        Graph graph => Add(graph, input),
        Linear when input.Shape.Length == 1 => Add(NodeKind.Linear, layer, input),
        Conv2d => Add(NodeKind.Convolution, layer, input),
        RunningNormalization { NormalizesByConstants: true } normalization when HasChannels(input, normalization.ChannelAxis) =>
            Add(NodeKind.Affine, layer, input),
        ChannelAffine affine when HasChannels(input, affine.ChannelAxis) => Add(NodeKind.Affine, layer, input),
        Relu or Tanh or Sigmoid or Silu or Gelu or HardSwish or LeakyRelu or HardSigmoid or Clamp =>
            Add(NodeKind.Activation, layer, input),
        WindowPooling => Add(NodeKind.Pooling, layer, input),
        GlobalAveragePool2d => Add(NodeKind.Mean, layer, input),
        Flatten => input.Shape.Length == 1 ? Checked(layer, input) : Add(NodeKind.Flatten, layer, input),
        Embedding or CategoryEmbedding => Add(NodeKind.Embedding, layer, input),
        Dropout { Kind: DropoutKind.Classic } => Add(NodeKind.Scale, layer, input),
        Dropout or ChannelDropout or Identity => Checked(layer, input),
        _ => Add(NodeKind.Other, layer, CheckIndependence(layer, input)),
    };

    private Node Add(Residual block, Node input)
    {
        Node skipped = block.Shortcut is null ? input : Add(block.Shortcut, input);
        Node body = Add(block.Body, input);
        Node sum = AddSum(_paths[block], OutputShape(block, input), body, skipped);
        return block.Activation is null ? sum : Add(block.Activation, sum);
    }

    private Node Add(Graph graph, Node input)
    {
        var outputs = new Dictionary<string, Node> { [Graph.Input] = input };
        foreach (GraphNode node in graph.Nodes)
        {
            string path = _paths[node.Layer];
            outputs[node.Name] = Add(node.Layer, Combine(node, path, [.. node.Inputs.Select(name => outputs[name])]));
        }

        return outputs[graph.Nodes[^1].Name];
    }

    /// <summary>Combines what a node of a graph reads.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="NotSupportedException">The inputs are concatenated along an axis that is not that of the channels.</exception>
    private Node Combine(GraphNode node, string path, Node[] inputs)
    {
        if (inputs.Length == 1)
        {
            return inputs[0];
        }

        if (node.Combination == Combination.Sum)
        {
            return inputs.Aggregate((sum, next) => AddSum(path, CheckedSum(sum, next, path), sum, next));
        }

        nint[] shape = InputCombiner.Of(node).Shape([.. inputs.Select(input => (nint[])[1, .. input.Shape])], _parameter)[1..];
        NodeKind kind = NodeKind.Concatenation;
        if (node.Combination == Combination.Product)
        {
            // The operand with the factors is the second.
            inputs = inputs[0].Shape.AsSpan().SequenceEqual(shape) ? inputs : [inputs[1], inputs[0]];
            kind = inputs[1].Shape.AsSpan().SequenceEqual(shape) ? NodeKind.Product : NodeKind.ChannelProduct;
        }

        if (kind != NodeKind.Product && shape.Length is not (1 or 3))
        {
            throw Unsupported($"of samples {Shape.Describe(shape)}");
        }

        if (kind != NodeKind.Product && shape.Length == 3 && !ImageOrders.IsChannelAxis(node.Axis))
        {
            throw Unsupported($"along axis {node.Axis}");
        }

        var combined = new Node(kind, path, shape)
        {
            Inputs = [.. inputs],
            Axis = kind == NodeKind.Product ? null : node.Axis,
        };
        _nodes.Add(combined);
        return combined;

        NotSupportedException Unsupported(string what) =>
            new($"A predictor has no {node.Combination} {what}, which '{path}' reads: only that of vectors, or of the channels of images.");
    }

    private Node AddSum(string path, nint[] shape, Node first, Node second) => Add(NodeKind.Sum, path, shape, null, first, second);

    private Node Add(NodeKind kind, Layer layer, Node input) => Add(kind, _paths[layer], OutputShape(layer, input), layer, input);

    private Node Add(NodeKind kind, string path, nint[] shape, Layer? layer, params Node[] inputs)
    {
        var node = new Node(kind, path, shape) { Layer = layer, Inputs = [.. inputs] };
        _nodes.Add(node);
        return node;
    }

    /// <summary>Skips a layer that does nothing in inference, after checking its input's shape.</summary>
    private Node Checked(Layer layer, Node input)
    {
        OutputShape(layer, input);
        return input;
    }

    private nint[] CheckedSum(Node first, Node second, string path) => first.Shape.AsSpan().SequenceEqual(second.Shape)
        ? first.Shape
        : throw new ArgumentException(
            $"'{path}' reads the sum of samples {Shape.Describe(first.Shape)} and {Shape.Describe(second.Shape)}; they must have the "
            + "same shape.",
            _parameter);

    private nint[] OutputShape(Layer layer, Node input) =>
        NetworkSummary.OutputShape(layer, [1, .. input.Shape], _paths[layer], _parameter)[1..];

    /// <summary>Throws where a normalization, in the layer or inside it, uses the statistics of the batch.</summary>
    private Node CheckIndependence(Layer layer, Node input)
    {
        OutputShape(layer, input);
        Layer? dependent = layer.NamedLayers().Select(named => named.Layer).FirstOrDefault(inner => inner == layer
            ? inner is ChannelNormalization normalization and not RunningNormalization { NormalizesByConstants: true }
                && normalization.HasSetsAcrossSamples([1, .. input.Shape])
            : inner is RunningNormalization { NormalizesByConstants: false } and not InstanceNorm);
        return dependent is not null
            ? throw new NotSupportedException(
                "A predictor needs normalizations whose output for a sample does not depend on the others. Statistics of the batch are "
                + $"used by {NetworkSummary.Describe(dependent, _paths[dependent])}: set its Source to "
                + $"{nameof(StatisticsSource)}.{nameof(StatisticsSource.Running)}, for which it must have a RunningAverage.")
            : input;
    }

    /// <summary>True if an axis is that of the channels of vectors or images.</summary>
    private static bool HasChannels(Node input, int axis) =>
        input.Shape.Length == 1 || (input.Shape.Length == 3 && ImageOrders.IsChannelAxis(axis));
}
