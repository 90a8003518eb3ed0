using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Networks;

/// <summary>
/// Puts batch normalization back behind the convolutions that it was folded into, from data of the kind that the network was trained on,
/// so that the network can be recalibrated or fine-tuned.
/// </summary>
/// <remarks>
/// <para>
/// Folding loses the statistics, and the data brings them back: for each output channel of a convolution, with mean μ and variance σ²
/// over all of the data, the normalization has the running mean μ, the running variance σ², γ = √(σ² + ε) and β = μ. In inference it is
/// the identity but for rounding, γ·(x − μ)/√(σ² + ε) + β = x, and the network's outputs are what they were.
/// </para>
/// <para>
/// μ and σ² are those of β and γ after rounding to single precision, so that <see cref="Folding"/> gives the weights back bit for bit.
/// </para>
/// <para>
/// A convolution without bias is left alone, since folding leaves a bias; so is one that a normalization follows, and the last layer with
/// parameters, which gives the network's outputs.
/// </para>
/// </remarks>
public static class Unfolding
{
    private const string Suffix = "_norm";

    /// <summary>Makes a network that computes what the given one computes, with normalizations behind its convolutions.</summary>
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
    /// There are no batches, or a batch does not fit, or a channel has too few finite values for a variance; or the options ask for
    /// normalizations without running statistics.
    /// </exception>
    /// <exception cref="ArgumentNullException">The network, the batches or one of them is null.</exception>
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
        if (options.Normalization.RunningAverage is null)
        {
            throw new ArgumentException("The normalizations need running statistics, and the options have no average.", nameof(options));
        }

        if (batches.Count == 0)
        {
            throw new ArgumentException("There are no batches to take statistics from.", nameof(batches));
        }

        using ThreadGuard.Scope call = network.Enter();
        var obstacles = Candidates(network, options).ToDictionary(layer => layer, string? (_) => "It is in a layer of another type.");
        FindObstacles(network, obstacles);
        if (network.NamedLayers().LastOrDefault(named => named.Layer.Children.Count == 0 && named.Layer.Parameters.Count > 0).Layer is
            { } last && obstacles.ContainsKey(last))
        {
            obstacles[last] = "It is the last layer with parameters, which gives the network's outputs.";
        }

        Dictionary<Layer, BatchNorm> normalizations = Measure(
            network, [.. obstacles.Where(entry => entry.Value is null).Select(entry => entry.Key)], batches, options, cancellationToken);
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

    private static IEnumerable<Layer> Candidates(Layer network, UnfoldingOptions options) => network.NamedLayers()
        .Select(named => named.Layer)
        .Where(layer => layer is ConvolutionLayer || (options.LinearLayers && layer is Linear));

    /// <summary>Finds what keeps each candidate inside a layer from being unfolded; null if nothing does.</summary>
    private static void FindObstacles(Layer layer, Dictionary<Layer, string?> obstacles)
    {
        switch (layer)
        {
            case Sequential network:
                for (int i = 0; i < network.Layers.Count; i++)
                {
                    Set(network.Layers[i], i + 1 < network.Layers.Count ? [network.Layers[i + 1]] : []);
                }

                break;
            case Graph graph:
                foreach (GraphNode node in graph.Nodes)
                {
                    Set(node.Layer, graph.Nodes.Where(reader => reader.Inputs.Contains(node.Name)).Select(reader => reader.Layer));
                }

                break;
            case Residual block:
                foreach (Layer part in block.Children)
                {
                    Set(part, []);
                }

                break;
        }

        void Set(Layer child, IEnumerable<Layer> readers)
        {
            if (obstacles.ContainsKey(child))
            {
                obstacles[child] = ((IChannelwiseLinear)child).Bias is null ? "It has no bias, which folding would have given it."
                    : readers.OfType<SetNormalization>().FirstOrDefault() is { } next ? $"A {next.GetType().Name} follows it."
                    : null;
            }

            FindObstacles(child, obstacles);
        }
    }

    /// <summary>Makes the normalization of each layer from the moments of its outputs.</summary>
    private static Dictionary<Layer, BatchNorm> Measure(
        Layer network,
        Layer[] layers,
        IReadOnlyCollection<Tensor<float>> batches,
        UnfoldingOptions options,
        CancellationToken cancellationToken)
    {
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
                network.Forward(batch, Pass.Inference);
            }
        }
        finally
        {
            Array.ForEach(observations, observation => observation.Dispose());
        }

        return layers.ToDictionary(layer => layer, layer => Identity(layer, estimates[layer], options.Normalization));

        void Add(Layer layer, Tensor<float> output)
        {
            if (layer is Linear && output.Rank != 2)
            {
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"A linear layer has outputs {Shape.Describe(output)}; only outputs [N, features] can be unfolded."),
                    nameof(batches));
            }

            var view = ChannelView.Of(output.Lengths, ((IChannelwiseLinear)layer).ChannelAxis);
            var moments = new Moments[view.Channels];
            ChannelMoments.Compute(output.Elements(), view, moments);
            estimates[layer].Add(moments);
        }
    }

    /// <summary>Makes the normalization that is the identity in inference, with the statistics of an estimate.</summary>
    private static BatchNorm Identity(Layer layer, PopulationEstimate estimate, BatchNormOptions options)
    {
        var before = (IChannelwiseLinear)layer;
        var normalization = new BatchNorm(
            (int)before.Weight.Value.Lengths[0],
            options with { Affine = true, Bias = true, ChannelAxis = before.ChannelAxis, Exchange = null });
        RunningStatistics statistics = normalization.RunningStatistics!;
        estimate.SetTo(statistics);
        statistics.BatchesTracked = 1;
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
        Residual block => new Residual(
            UnfoldPart(block.Body, normalizations),
            block.Shortcut is null ? null : UnfoldPart(block.Shortcut, normalizations),
            block.Activation),
        _ => layer,
    };

    private static Layer UnfoldPart(Layer part, Dictionary<Layer, BatchNorm> normalizations) =>
        normalizations.TryGetValue(part, out BatchNorm? normalization)
            ? new Sequential(part, normalization)
            : UnfoldInside(part, normalizations);

    private static Sequential Unfold(Sequential network, Dictionary<Layer, BatchNorm> normalizations)
    {
        string[]? names = network.Names is { } given ? [.. given] : null;
        var layers = new List<(string Name, Layer Layer)>();
        for (int i = 0; i < network.Layers.Count; i++)
        {
            Layer layer = network.Layers[i];
            string name = names?[i] ?? "";
            layers.Add((name, UnfoldInside(layer, normalizations)));
            if (normalizations.TryGetValue(layer, out BatchNorm? normalization))
            {
                layers.Add((NameBehind(name, names ?? []), normalization));
            }
        }

        return names is null ? new Sequential([.. layers.Select(named => named.Layer)]) : new Sequential(layers);
    }

    private static Graph Unfold(Graph graph, Dictionary<Layer, BatchNorm> normalizations)
    {
        string[] names = [.. graph.Nodes.Select(node => node.Name)];
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
                string name = NameBehind(node.Name, names);
                nodes.Add(new GraphNode(name, normalization, node.Name));
                renamed.Add(node.Name, name);
            }
        }

        return new Graph(nodes);
    }

    /// <summary>The name of the normalization behind a layer, which no other layer has.</summary>
    private static string NameBehind(string name, IReadOnlyList<string> others)
    {
        string behind = name + Suffix;
        while (others.Contains(behind))
        {
            behind += Suffix;
        }

        return behind;
    }
}
