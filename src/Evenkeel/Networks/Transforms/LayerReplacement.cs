using Evenkeel.Layers;
using Evenkeel.Layers.Activations;

namespace Evenkeel.Networks;

/// <summary>Puts a layer in place of another, such as a new last layer for other classes.</summary>
public static class LayerReplacement
{
    /// <summary>Makes a network in which one layer is another.</summary>
    /// <typeparam name="TLayer">The type of the network.</typeparam>
    /// <param name="network">
    /// The network, a <see cref="Sequential"/>, <see cref="Residual"/> or <see cref="Graph"/>, which is not changed. All other
    /// layers are the same objects in both; clone one of the networks before both are used further.
    /// </param>
    /// <param name="layer">A layer in it, or in a network inside it.</param>
    /// <param name="replacement">What takes its place, under its name.</param>
    /// <returns>The new network.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">
    /// The network does not have the layer, or has it in a layer of another type; or it has the replacement already; or a
    /// <see cref="Residual"/> would have an activation that is not a <see cref="Relu"/>.
    /// </exception>
    public static TLayer Replace<TLayer>(TLayer network, Layer layer, Layer replacement)
        where TLayer : Layer
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(replacement);
        if (network.NamedLayers().Any(named => ReferenceEquals(named.Layer, replacement)))
        {
            throw new ArgumentException("The network has the replacement already.", nameof(replacement));
        }

        Layer replaced = ReplaceInside(network, layer, replacement);
        return !ReferenceEquals(replaced, network)
            ? (TLayer)replaced
            : throw new ArgumentException(
                $"The {layer.GetType().Name} is not in a Sequential, Residual or Graph of the network.", nameof(layer));
    }

    /// <summary>The layer with the replacement inside; the layer itself if it does not have what is replaced.</summary>
    private static Layer ReplaceInside(Layer network, Layer layer, Layer replacement)
    {
        Layer[] children = [.. network.Children.Select(child =>
            ReferenceEquals(child, layer) ? replacement : ReplaceInside(child, layer, replacement))];
        if (children.SequenceEqual(network.Children, ReferenceEqualityComparer.Instance))
        {
            return network;
        }

        return network switch
        {
            Sequential sequential => sequential.WithLayers([.. children.Index()]),
            Graph graph => new Graph([.. graph.Nodes.Zip(children, (node, child) => node with { Layer = child })]),
            Residual block => new Residual(
                children[0],
                block.Shortcut is null ? null : children[1],
                block.Activation is null ? null : children[^1] as Relu ?? throw new ArgumentException(
                    $"The activation of a Residual is a Relu; a {children[^1].GetType().Name} cannot take its place.",
                    nameof(replacement))),
            _ => network,
        };
    }
}
