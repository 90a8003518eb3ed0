using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Networks;

/// <summary>
/// Puts batch normalization back after the convolutions that it was folded into, from data of the kind that the network was trained on,
/// so that the network can be recalibrated or fine-tuned.
/// </summary>
/// <remarks>
/// <para>
/// Folding loses the statistics, and the data brings them back: for each output channel of a convolution, with mean μ and variance σ²
/// over all of the data, the normalization has the running mean μ, the running variance σ², γ = √(σ² + ε) and β = μ. In inference it is
/// the identity but for rounding, γ·(x − μ)/√(σ² + ε) + β = x, and the network's outputs are what they were.
/// </para>
/// <para>
/// μ and σ² are those of β and γ after rounding to single precision, so that <see cref="Folding"/> gives the weights back bit for bit, and
/// the biases but for what double precision rounds.
/// </para>
/// <para>
/// A convolution without bias is left alone, since folding leaves a bias. So are one that a normalization follows, and those that give the
/// network's outputs: the last layer with parameters, and what reaches the output through nothing but pooling, sums and the like.
/// </para>
/// </remarks>
public static class Unfolding
{
    private const string Suffix = "_norm";

    /// <summary>Makes a network that computes what the given one computes, with normalizations after its convolutions.</summary>
    /// <typeparam name="TLayer">The type of the network.</typeparam>
    /// <param name="network">The network, which is not changed; its layers are the same objects in both.</param>
    /// <param name="batches">Data of the kind that the network was trained on, gone through once; 10³ to 10⁴ samples are enough.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The new network.</returns>
    /// <exception cref="ArgumentException">
    /// There are no batches, or a batch does not fit, or a channel has too few finite values for a variance.
    /// </exception>
    /// <exception cref="ArgumentNullException">The network, the batches or one of them is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is below 10⁻⁷⁶ or beyond single precision.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses the network.</exception>
    public static TLayer Unfold<TLayer>(
        TLayer network,
        IReadOnlyCollection<Tensor<float>> batches,
        UnfoldingOptions? options = null,
        CancellationToken cancellationToken = default)
        where TLayer : Layer => Unfold(network, batches, out _, options, cancellationToken);

    /// <summary>As the other overload, with a report.</summary>
    /// <typeparam name="TLayer">The type of the network.</typeparam>
    /// <param name="network">
    /// The network, a <see cref="Sequential"/>, <see cref="Residual"/> or <see cref="Graph"/>, which is not changed. Its layers are the
    /// same objects in both; clone one of the networks before both are used further.
    /// </param>
    /// <param name="batches">Data of the kind that the network was trained on, gone through once; 10³ to 10⁴ samples are enough.</param>
    /// <param name="report">Receives an entry for each convolution, and for each linear layer if they are asked for.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The new network.</returns>
    /// <exception cref="ArgumentException">
    /// There are no batches, or a batch does not fit, or a channel has too few finite values for a variance.
    /// </exception>
    /// <exception cref="ArgumentNullException">The network, the batches or one of them is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ε is below 10⁻⁷⁶ or beyond single precision.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses the network.</exception>
    public static TLayer Unfold<TLayer>(
        TLayer network,
        IReadOnlyCollection<Tensor<float>> batches,
        out IReadOnlyList<UnfoldingEntry> report,
        UnfoldingOptions? options = null,
        CancellationToken cancellationToken = default)
        where TLayer : Layer
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(batches);
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Epsilon, float.MaxValue, nameof(options));
        if (batches.Count == 0)
        {
            throw new ArgumentException("There are no batches to take statistics from.", nameof(batches));
        }

        using ThreadGuard.Scope call = network.Enter();
        Dictionary<Layer, string?> obstacles = FindObstacles(network, options);
        Dictionary<Layer, BatchNorm> normalizations = Measure(network, obstacles, batches, options, cancellationToken);
        var unfolded = (TLayer)UnfoldInside(network, normalizations);
        var paths = unfolded.NamedLayers().ToDictionary(named => named.Layer, named => named.Path);
        report =
        [
            .. network.NamedLayers().Where(named => obstacles.ContainsKey(named.Layer)).Select(named => new UnfoldingEntry(
                named.Path,
                named.Layer,
                normalizations.TryGetValue(named.Layer, out BatchNorm? normalization) ? paths[normalization] : null,
                obstacles[named.Layer])),
        ];
        return unfolded;
    }

    /// <summary>Finds what keeps each convolution, and each linear layer if asked for, from being unfolded; null if nothing does.</summary>
    private static Dictionary<Layer, string?> FindObstacles(Layer network, UnfoldingOptions options)
    {
        Layer[] layers = [.. network.NamedLayers().Select(named => named.Layer)];
        HashSet<Layer> rebuilt = [.. Rebuilt(network)];
        var flow = new LayerFlow(network);
        Dictionary<Layer, Layer> followers = [];
        foreach (Layer normalization in layers.Where(layer => layer is SetNormalization))
        {
            foreach (Layer source in flow.LastBefore(normalization, layer => layer is not (Identity or Dropout)))
            {
                followers.TryAdd(source, normalization);
            }
        }

        HashSet<Layer> outputs = [.. flow.LastLayers(layer => layer.Parameters.Count > 0 || IsHiddenActivation(layer))];
        outputs.UnionWith(layers.Where(layer => layer.Children.Count == 0 && layer.Parameters.Count > 0).TakeLast(1));
        return layers.Where(layer => layer is ConvolutionLayer || (options.LinearLayers && layer is Linear)).ToDictionary(
            layer => layer,
            layer => !rebuilt.Contains(layer) ? "It is in a layer of another type than Sequential, Residual and Graph."
                : ((IChannelwiseLinear)layer).Bias is null ? "It has no bias, which folding would have given it."
                : followers.TryGetValue(layer, out Layer? follower) ? $"A {follower.GetType().Name} follows it."
                : outputs.Contains(layer) ? "It gives the network's outputs."
                : null);
    }

    /// <summary>The layers inside the containers that are built anew.</summary>
    private static IEnumerable<Layer> Rebuilt(Layer layer) => layer is Sequential or Graph or Residual
        ? layer.Children.SelectMany(child => Rebuilt(child).Prepend(child))
        : [];

    /// <summary>Whether a layer is an activation of hidden layers, behind which no outputs of a network are expected.</summary>
    private static bool IsHiddenActivation(Layer layer) => layer is Relu or LeakyRelu or Gelu or Silu or HardSwish or Clamp;

    /// <summary>Makes the normalization of each layer without an obstacle from the moments of its outputs.</summary>
    private static Dictionary<Layer, BatchNorm> Measure(
        Layer network,
        Dictionary<Layer, string?> obstacles,
        IReadOnlyCollection<Tensor<float>> batches,
        UnfoldingOptions options,
        CancellationToken cancellationToken)
    {
        Layer[] layers = [.. obstacles.Where(entry => entry.Value is null).Select(entry => entry.Key)];
        var estimates = layers.ToDictionary(
            layer => layer,
            layer => PopulationEstimate.Of(RecalibrationEstimate.Pooled, (int)((IChannelwiseLinear)layer).Weight.Value.Lengths[0]));
        IDisposable[] observations = [.. layers.Select(layer => layer.Observe(forward: (_, _, output) => Add(layer, output)))];
        try
        {
            foreach (Tensor<float> batch in batches)
            {
                ArgumentNullException.ThrowIfNull(batch, nameof(batches));
                cancellationToken.ThrowIfCancellationRequested();
                network.Predict(batch);
            }
        }
        finally
        {
            Array.ForEach(observations, observation => observation.Dispose());
        }

        return layers.Where(layer => obstacles[layer] is null).ToDictionary(
            layer => layer, layer => CreateIdentity(layer, estimates[layer], batches.Count, options));

        void Add(Layer layer, Tensor<float> output)
        {
            if (layer is Linear && output.Rank != 2)
            {
                obstacles[layer] = $"Its outputs are of rank {output.Rank}; only those of shape [N, features] are normalized by channel.";
                return;
            }

            var view = ChannelView.Of(output.Lengths, ((IChannelwiseLinear)layer).ChannelAxis);
            var moments = new Moments[view.Channels];
            ChannelMoments.Compute(output.Elements(), view, moments);
            estimates[layer].Add(moments);
        }
    }

    /// <summary>Makes the normalization that is the identity in inference, with the statistics of an estimate.</summary>
    private static BatchNorm CreateIdentity(Layer layer, PopulationEstimate estimate, int batches, UnfoldingOptions options)
    {
        var before = (IChannelwiseLinear)layer;
        var normalization = new BatchNorm((int)before.Weight.Value.Lengths[0], new BatchNormOptions
        {
            Epsilon = options.Epsilon,
            RunningAverage = options.RunningAverage,
            RunningVariance = options.RunningVariance,
            ChannelAxis = before.ChannelAxis,
        });
        RunningStatistics statistics = normalization.RunningStatistics!;
        estimate.SetTo(statistics);
        statistics.BatchesTracked = batches;
        for (int c = 0; c < normalization.Channels; c++)
        {
            float weight = (float)Math.Sqrt(statistics.Variance[c] + options.Epsilon);
            weight = (double)weight * weight < options.Epsilon ? MathF.BitIncrement(weight) : weight;
            normalization.Weight!.Values[c] = weight;
            normalization.Bias!.Values[c] = (float)statistics.Mean[c];
            statistics.Set(c, normalization.Bias.Values[c], (double)weight * weight - options.Epsilon);
        }

        return normalization;
    }

    private static Layer UnfoldInside(Layer layer, Dictionary<Layer, BatchNorm> normalizations) => layer switch
    {
        Sequential network => Unfold(network, normalizations),
        Graph graph => Unfold(graph, normalizations),
        Residual block => block.WithParts(part => UnfoldPart(part, normalizations)),
        _ => layer,
    };

    private static Layer UnfoldPart(Layer part, Dictionary<Layer, BatchNorm> normalizations) =>
        normalizations.TryGetValue(part, out BatchNorm? normalization)
            ? new Sequential(part, normalization)
            : UnfoldInside(part, normalizations);

    private static Sequential Unfold(Sequential network, Dictionary<Layer, BatchNorm> normalizations)
    {
        HashSet<string> names = [.. network.Names ?? []];
        var layers = new List<(string Name, Layer Layer)>();
        for (int i = 0; i < network.Layers.Count; i++)
        {
            Layer layer = network.Layers[i];
            string name = network.Names?[i] ?? "";
            layers.Add((name, UnfoldInside(layer, normalizations)));
            if (normalizations.TryGetValue(layer, out BatchNorm? normalization))
            {
                layers.Add((NameAfter(name, names), normalization));
            }
        }

        return network.Names is null ? new Sequential([.. layers.Select(named => named.Layer)]) : new Sequential(layers);
    }

    private static Graph Unfold(Graph graph, Dictionary<Layer, BatchNorm> normalizations)
    {
        HashSet<string> names = [.. graph.Nodes.Select(node => node.Name)];
        var renamed = new Dictionary<string, string>(); // what is read in place of a convolution
        var nodes = new List<GraphNode>();
        foreach (GraphNode node in graph.Nodes)
        {
            nodes.Add(node with
            {
                Layer = UnfoldInside(node.Layer, normalizations),
                Inputs = [.. node.Inputs.Select(name => renamed.GetValueOrDefault(name, name))],
            });
            if (normalizations.TryGetValue(node.Layer, out BatchNorm? normalization))
            {
                string name = NameAfter(node.Name, names);
                nodes.Add(new GraphNode(name, normalization, node.Name));
                renamed.Add(node.Name, name);
            }
        }

        return new Graph(nodes);
    }

    /// <summary>Makes a name for the normalization after a layer, and adds it to those that are taken.</summary>
    private static string NameAfter(string name, HashSet<string> taken)
    {
        string after = name + Suffix;
        while (!taken.Add(after))
        {
            after += Suffix;
        }

        return after;
    }
}
