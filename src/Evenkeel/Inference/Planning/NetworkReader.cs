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

    private readonly string _parameter;

    private NetworkReader(string parameter) => _parameter = parameter;

    /// <summary>Reads a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sampleShape">The shape of a sample.</param>
    /// <returns>The operations; the first is the input, the last gives the output.</returns>
    /// <exception cref="ArgumentException">The shape does not fit a layer.</exception>
    /// <exception cref="NotSupportedException">The output for a sample depends on the other samples of a batch.</exception>
    public static List<Node> Read(Layer network, ReadOnlySpan<nint> sampleShape)
    {
        var reader = new NetworkReader(nameof(sampleShape));
        Node input = reader.Add(NodeKind.Input, "input", sampleShape.ToArray(), null);
        Node output = reader.Add(network, "", input);

        // An output that is the input, or that another operation reads too, is copied.
        if (output == input)
        {
            reader.Add(NodeKind.Scale, "", output.Shape, network, output);
        }

        return reader._nodes;
    }

    private Node Add(Layer layer, string path, Node input) => layer switch
    {
        Sequential network => Children(network).Aggregate(input, (value, child) => Add(child.Layer, Join(path, child.Path), value)),
        Residual block => Add(block, path, input),
        Graph graph => Add(graph, path, input),
        Linear => Add(NodeKind.Linear, path, layer, input),
        Conv2d => Add(NodeKind.Convolution, path, layer, input),
        RunningNormalization normalization when IsAffine(normalization, input) => Add(NodeKind.Affine, path, layer, input),
        Relu or Tanh or Sigmoid => Add(NodeKind.Activation, path, layer, input),
        WindowPooling => Add(NodeKind.Pooling, path, layer, input),
        GlobalAveragePool2d => Add(NodeKind.Mean, path, layer, input),
        Flatten => input.Shape.Length == 1 ? Checked(layer, path, input) : Add(NodeKind.Flatten, path, layer, input),
        Dropout { Kind: DropoutKind.Classic } => Add(NodeKind.Scale, path, layer, input),
        Dropout or ChannelDropout => Checked(layer, path, input),
        _ => Add(NodeKind.Other, path, layer, CheckIndependence(layer, path, input)),
    };

    private Node Add(Residual block, string path, Node input)
    {
        Dictionary<Layer, string> names = Children(block).ToDictionary(child => child.Layer, child => child.Path);
        Node skipped = block.Shortcut is null ? input : Add(block.Shortcut, Join(path, names[block.Shortcut]), input);
        Node body = Add(block.Body, Join(path, names[block.Body]), input);
        Node sum = AddSum(path, block.OutputShape([1, .. input.Shape])[1..], body, skipped);
        return block.Activation is null ? sum : Add(block.Activation, Join(path, names[block.Activation]), sum);
    }

    private Node Add(Graph graph, string path, Node input)
    {
        var outputs = new Dictionary<string, Node> { [Graph.Input] = input };
        foreach (GraphNode node in graph.Nodes)
        {
            Node read = node.Inputs.Select(name => outputs[name]).Aggregate(
                (sum, next) => AddSum(Join(path, node.Name), CheckedSum(sum, next, Join(path, node.Name)), sum, next));
            outputs[node.Name] = Add(node.Layer, Join(path, node.Name), read);
        }

        return outputs[graph.Nodes[^1].Name];
    }

    private Node AddSum(string path, nint[] shape, Node first, Node second) => Add(NodeKind.Sum, path, shape, null, first, second);

    private Node Add(NodeKind kind, string path, Layer layer, Node input) => Add(kind, path, OutputShape(layer, path, input), layer, input);

    private Node Add(NodeKind kind, string path, nint[] shape, Layer? layer, params Node[] inputs)
    {
        var node = new Node(kind, path, shape) { Layer = layer, Inputs = [.. inputs] };
        _nodes.Add(node);
        return node;
    }

    /// <summary>The input of a layer that does nothing in inference, whose shape is checked nevertheless.</summary>
    private Node Checked(Layer layer, string path, Node input)
    {
        OutputShape(layer, path, input);
        return input;
    }

    private static nint[] CheckedSum(Node first, Node second, string path) => first.Shape.AsSpan().SequenceEqual(second.Shape)
        ? first.Shape
        : throw new ArgumentException(
            $"'{path}' reads the sum of samples {Shape.Describe(first.Shape)} and {Shape.Describe(second.Shape)}; they must have the "
            + "same shape.");

    private nint[] OutputShape(Layer layer, string path, Node input)
    {
        try
        {
            return layer.OutputShape([1, .. input.Shape])[1..];
        }
        catch (ArgumentException e)
        {
            string problem = e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal);
            throw new ArgumentException($"{Describe(layer, path)}: {problem}", _parameter, e);
        }
    }

    /// <summary>Throws where a normalization uses the statistics of the batch.</summary>
    private Node CheckIndependence(Layer layer, string path, Node input)
    {
        OutputShape(layer, path, input);
        bool usesBatch = layer is ChannelNormalization normalization and not RunningNormalization { NormalizesByConstants: true }
            && normalization.HasSetsAcrossSamples([1, .. input.Shape]);
        return usesBatch
            ? throw new NotSupportedException(
                $"{Describe(layer, path)}, normalizes by the statistics of the batch in inference, so that the output for a sample depends "
                + $"on the others. A predictor needs running statistics: set Source to {nameof(StatisticsSource)}."
                + $"{nameof(StatisticsSource.Running)}.")
            : input;
    }

    /// <summary>True if a normalization maps each channel of vectors or images by constants.</summary>
    private static bool IsAffine(RunningNormalization normalization, Node input) =>
        normalization.NormalizesByConstants
        && (input.Shape.Length == 1 || (input.Shape.Length == 3 && normalization.ChannelAxis is 1 or -3 or 3 or -1));

    private static string Describe(Layer layer, string path) => $"{(path.Length == 0 ? "" : path + ", a ")}{layer.GetType().Name}";

    private static IEnumerable<(string Path, Layer Layer)> Children(Layer layer) =>
        layer.NamedLayers().Where(named => layer.Children.Contains(named.Layer));

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
