using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>A node of a <see cref="Graph"/>: a layer, and what it reads.</summary>
/// <param name="Name">The node's name in the graph, which paths are made of: not empty, without '.'.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Inputs">
/// The names of the nodes whose outputs the layer reads, or <see cref="Graph.Input"/>. Several are combined as <see cref="Combination"/>
/// says.
/// </param>
public sealed record GraphNode(string Name, Layer Layer, params IReadOnlyList<string> Inputs)
{
    /// <summary>How several inputs are combined. Default: their sum.</summary>
    public Combination Combination { get; init; }

    /// <summary>
    /// The axis of the channels: a concatenation has its inputs one after the other along it, and the smaller input of a product has a
    /// factor for each position on it. Not 0; a negative one counts from the end. Default 1.
    /// </summary>
    public int Axis { get; init; } = 1;
}
