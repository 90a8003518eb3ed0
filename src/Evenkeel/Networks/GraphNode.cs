using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>A node of a <see cref="Graph"/>: a layer, and what it reads.</summary>
/// <param name="Name">The node's name in the graph, which paths are made of: not empty, without '.'.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Inputs">
/// The names of the nodes whose outputs the layer reads, or <see cref="Graph.Input"/>. It takes the sum of several, which have equal
/// shapes.
/// </param>
public sealed record GraphNode(string Name, Layer Layer, params IReadOnlyList<string> Inputs);
