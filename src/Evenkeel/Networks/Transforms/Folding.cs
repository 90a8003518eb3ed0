using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Networks;

/// <summary>
/// Folds normalization by running statistics into the linear layer or convolution before it: in inference it is an affine map of
/// each channel, which the layer's weights and bias can include.
/// </summary>
/// <remarks>
/// Per output channel, W′ = W·γ/s and b′ = (b − running mean)·γ/s + β, with s = √(running variance + ε) or another divisor that the
/// normalization uses in inference. A linear layer is taken to have outputs [N, out]: with axes of rows between them, the channels of a
/// normalization on axis 1 are others.
/// </remarks>
public static class Folding
{
    /// <summary>Makes a linear layer that computes what the given one and the normalization after it compute in inference.</summary>
    /// <param name="linear">The linear layer, which is not changed.</param>
    /// <param name="normalization">The normalization after it, with running statistics.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of channels differ, or the normalization uses the batch's statistics in inference.
    /// </exception>
    public static Linear Fold(Linear linear, RunningNormalization normalization)
    {
        ArgumentNullException.ThrowIfNull(linear);
        ArgumentNullException.ThrowIfNull(normalization);
        var folded = new Linear(linear.Inputs, linear.Outputs, bias: true);
        Fold(linear, normalization, folded);
        return folded;
    }

    /// <summary>Makes a convolution that computes what the given one and the normalization after it compute in inference.</summary>
    /// <param name="convolution">The convolution, with any number of groups, which is not changed.</param>
    /// <param name="normalization">The normalization after it, with running statistics.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of channels or their axes differ, or the normalization uses the batch's statistics in inference.
    /// </exception>
    public static Conv2d Fold(Conv2d convolution, RunningNormalization normalization)
    {
        ArgumentNullException.ThrowIfNull(convolution);
        ArgumentNullException.ThrowIfNull(normalization);
        var folded = new Conv2d(
            convolution.Inputs, convolution.Outputs, convolution.Kernel, convolution.Options with { Bias = true });
        Fold(convolution, normalization, folded);
        return folded;
    }

    /// <summary>
    /// Makes a convolution of sequences that computes what the given one and the normalization after it compute in inference.
    /// </summary>
    /// <param name="convolution">The convolution, with any number of groups, which is not changed.</param>
    /// <param name="normalization">The normalization after it, with running statistics.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of channels or their axes differ, or the normalization uses the batch's statistics in inference.
    /// </exception>
    public static Conv1d Fold(Conv1d convolution, RunningNormalization normalization)
    {
        ArgumentNullException.ThrowIfNull(convolution);
        ArgumentNullException.ThrowIfNull(normalization);
        var folded = new Conv1d(
            convolution.Inputs, convolution.Outputs, convolution.Kernel, convolution.Options with { Bias = true });
        Fold(convolution, normalization, folded);
        return folded;
    }

    /// <summary>
    /// Makes a network that computes what the given one computes in inference, with each normalization by running statistics folded into
    /// the linear layer or convolution that it alone reads.
    /// </summary>
    /// <typeparam name="TLayer">The type of the network.</typeparam>
    /// <param name="network">
    /// The network, a <see cref="Sequential"/>, <see cref="Residual"/> or <see cref="Graph"/>, which is not changed; another layer is
    /// returned as it is. Layers that are not folded are the same objects in both.
    /// </param>
    public static TLayer Fold<TLayer>(TLayer network)
        where TLayer : Layer => Fold(network, out _);

    /// <summary>As <see cref="Fold{TLayer}(TLayer)"/>, with a report.</summary>
    /// <typeparam name="TLayer">The type of the network.</typeparam>
    /// <param name="network">The network, which is not changed; layers that are not folded are the same objects in both.</param>
    /// <param name="report">Receives an entry for each normalization of the network: what it was folded into, or why it was not.</param>
    public static TLayer Fold<TLayer>(TLayer network, out IReadOnlyList<FoldingEntry> report)
        where TLayer : Layer
    {
        ArgumentNullException.ThrowIfNull(network);
        var outcomes = new Dictionary<Layer, (Layer? Into, string? Obstacle)>();
        var folded = (TLayer)FoldInside(network, outcomes);
        report = Report(network, outcomes);
        return folded;
    }

    /// <summary>Finds the largest difference between the outputs of two networks in inference.</summary>
    /// <remarks>
    /// Two NaN are equal; a value that is NaN or infinite is infinitely far from any other. <see cref="NetworkComparison"/> also finds the
    /// layer in which a difference begins.
    /// </remarks>
    /// <param name="network">A network.</param>
    /// <param name="other">Another, such as the folded one.</param>
    /// <param name="inputs">The input of both.</param>
    /// <returns>The largest |difference| of two outputs, and the largest finite |output| to compare it with.</returns>
    /// <exception cref="ArgumentException">The outputs have different shapes.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses one of the networks.</exception>
    public static (double LargestDifference, double LargestOutput) Compare(Layer network, Layer other, Tensor<float> inputs)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(inputs);

        using ThreadGuard.Scope call = network.Enter(), otherCall = other.Enter();

        // The networks may share layers, and a layer uses its memory again.
        Tensor<float> first = network.Predict(inputs);
        nint[] lengths = first.Lengths.ToArray();
        float[] outputs = first.Elements().ToArray();
        Tensor<float> second = other.Predict(inputs);
        return second.Lengths.SequenceEqual(lengths)
            ? (Differences.Largest(outputs, second.Elements()), Differences.LargestFinite(outputs))
            : throw new ArgumentException(DescribeOutputs(lengths, second.Lengths), nameof(other));
    }

    /// <summary>Describes outputs of different shapes.</summary>
    internal static string DescribeOutputs(ReadOnlySpan<nint> outputs, ReadOnlySpan<nint> others) =>
        $"One network gives {Shape.Describe(outputs)}, the other {Shape.Describe(others)}.";

    private static Sequential Fold(Sequential network, Dictionary<Layer, (Layer? Into, string? Obstacle)> outcomes)
    {
        var layers = new List<(int Index, Layer Layer)>();
        for (int i = 0; i < network.Layers.Count; i++)
        {
            Layer layer = network.Layers[i];
            if (layer is SetNormalization normalization && layers is [.., (int holder, Layer before)])
            {
                string? obstacle = Obstacle(before, normalization);
                outcomes.Add(layer, (network.Layers[holder], obstacle));
                if (obstacle is null)
                {
                    layers[^1] = (holder, Folded(before, (RunningNormalization)normalization));
                    continue;
                }
            }

            layers.Add((i, FoldInside(layer, outcomes)));
        }

        return network.WithLayers(layers);
    }

    private static Graph Fold(Graph graph, Dictionary<Layer, (Layer? Into, string? Obstacle)> outcomes)
    {
        var layers = graph.Nodes.ToDictionary(node => node.Name, node => node.Layer);
        var readers = graph.Nodes.SelectMany(node => node.Inputs).CountBy(name => name).ToDictionary();
        var names = new Dictionary<string, string>(); // of the nodes that normalizations were folded into
        var nodes = new List<GraphNode>();
        foreach (GraphNode node in graph.Nodes)
        {
            if (node.Layer is SetNormalization normalization && node.Inputs is [var input] && input != Graph.Input)
            {
                string name = names.GetValueOrDefault(input, input);
                GraphNode holder = nodes.First(candidate => candidate.Name == name);
                string? obstacle = readers[input] > 1
                    ? $"Other nodes than it read the {holder.Layer.GetType().Name} before it."
                    : Obstacle(holder.Layer, normalization);
                outcomes.Add(normalization, (layers[name], obstacle));
                if (obstacle is null)
                {
                    nodes.Remove(holder);
                    nodes.Add(holder with { Layer = Folded(holder.Layer, (RunningNormalization)normalization) });
                    names.Add(node.Name, name);
                    continue;
                }
            }

            nodes.Add(node with
            {
                Layer = FoldInside(node.Layer, outcomes),
                Inputs = [.. node.Inputs.Select(name => names.GetValueOrDefault(name, name))],
            });
        }

        return new Graph(nodes);
    }

    private static Layer FoldInside(Layer layer, Dictionary<Layer, (Layer? Into, string? Obstacle)> outcomes) => layer switch
    {
        Sequential network => Fold(network, outcomes),
        Residual block => block.WithParts(part => FoldInside(part, outcomes)),
        Graph graph => Fold(graph, outcomes),
        _ => layer,
    };

    internal static Layer Folded(Layer layer, RunningNormalization normalization) =>
        layer switch
        {
            Linear linear => Fold(linear, normalization),
            Conv1d convolution => Fold(convolution, normalization),
            _ => Fold((Conv2d)layer, normalization),
        };

    private static FoldingEntry[] Report(Layer network, Dictionary<Layer, (Layer? Into, string? Obstacle)> outcomes)
    {
        var paths = network.NamedLayers().ToDictionary(named => named.Layer, named => named.Path);
        return [.. network.NamedLayers().Where(named => named.Layer is SetNormalization).Select(named =>
            !outcomes.TryGetValue(named.Layer, out (Layer? Into, string? Obstacle) outcome)
                ? new FoldingEntry(named.Path, named.Layer, null, "No layer comes directly before it.")
                : outcome.Obstacle is null
                    ? new FoldingEntry(named.Path, named.Layer, paths[outcome.Into!], null)
                    : new FoldingEntry(named.Path, named.Layer, null, outcome.Obstacle))];
    }

    private static void Fold(IChannelwiseLinear layer, RunningNormalization normalization, IChannelwiseLinear folded)
    {
        if (Obstacle(layer, normalization) is { } obstacle)
        {
            throw new ArgumentException(obstacle, nameof(normalization));
        }

        int row = layer.Weight.Length / normalization.Channels;
        (double Scale, double Shift)[] maps = normalization.InferenceMaps();
        for (int c = 0; c < normalization.Channels; c++)
        {
            (double scale, double shift) = maps[c];
            Span<float> weights = folded.Weight.Values.Slice(c * row, row);
            layer.Weight.Values.Slice(c * row, row).CopyTo(weights);
            Scale.Apply(weights, scale, weights);
            folded.Bias!.Values[c] = (float)((layer.Bias is null ? 0 : layer.Bias.Values[c]) * scale + shift);
        }
    }

    /// <summary>Why a normalization does not fold into the layer before it; null where it does.</summary>
    internal static string? Obstacle(Layer before, SetNormalization normalization) =>
        normalization is not RunningNormalization running ? $"A {normalization.GetType().Name} keeps no running statistics."
        : before is not IChannelwiseLinear layer || before is not (Linear or ConvolutionLayer)
            ? $"It follows a {before.GetType().Name}; only a linear layer or a convolution takes a normalization in."
        : Obstacle(layer, running);

    private static string? Obstacle(IChannelwiseLinear layer, RunningNormalization normalization)
    {
        // Outputs have as many axes as weights.
        int axes = layer.Weight.Value.Rank;
        nint outputs = layer.Weight.Value.Lengths[0];
        return !normalization.NormalizesByConstants
            ? "The normalization uses the batch's statistics in inference, since it keeps no running statistics or its Source is Batch; "
                + "only constants can be folded."
            : normalization.Channels != outputs ? string.Create(
                CultureInfo.InvariantCulture,
                $"A normalization of {normalization.Channels} channels does not fold into a layer of {outputs} outputs.")
            : (normalization.ChannelAxis - layer.ChannelAxis) % axes != 0 ? string.Create(
                CultureInfo.InvariantCulture,
                $"A normalization of channels on axis {normalization.ChannelAxis} does not fold into a layer with channels on axis "
                + $"{layer.ChannelAxis}.")
            : null;
    }
}
