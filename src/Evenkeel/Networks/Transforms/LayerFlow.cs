using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>The paths of data through a network, between the layers that have no layers inside.</summary>
/// <remarks>The layers in a container other than <see cref="Residual"/> and <see cref="Graph"/> are taken to form a chain.</remarks>
internal sealed class LayerFlow
{
    private readonly Dictionary<Layer, Layer[]> _sources = [];
    private readonly Layer[] _ends;

    /// <summary>Traces a network from its input to its output.</summary>
    public LayerFlow(Layer network) => _ends = Trace(network, []);

    /// <summary>Returns the layers whose outputs a layer reads; none for the network's input.</summary>
    public IReadOnlyList<Layer> SourcesOf(Layer layer) => _sources[layer];

    /// <summary>Returns the last layers before the output for which a condition holds, on all paths.</summary>
    public HashSet<Layer> LastLayers(Func<Layer, bool> condition) => Last(_ends, condition);

    /// <summary>Returns the last layers before a layer for which a condition holds, on all paths.</summary>
    public HashSet<Layer> LastBefore(Layer layer, Func<Layer, bool> condition) => Last(_sources[layer], condition);

    /// <summary>Returns the layers from which the output can be reached without passing through one of the given layers.</summary>
    public HashSet<Layer> Uncovered(IReadOnlySet<Layer> cover)
    {
        var uncovered = new HashSet<Layer>();
        var waiting = new Stack<Layer>(_ends);
        while (waiting.TryPop(out Layer? layer))
        {
            if (!cover.Contains(layer) && uncovered.Add(layer))
            {
                Array.ForEach(_sources[layer], waiting.Push);
            }
        }

        return uncovered;
    }

    /// <summary>Returns those of the given layers that lead to a layer through no others than these, and the layer itself.</summary>
    public HashSet<Layer> LeadingTo(Layer end, IReadOnlySet<Layer> layers)
    {
        var leading = new HashSet<Layer> { end };
        var waiting = new Stack<Layer>([end]);
        while (waiting.TryPop(out Layer? layer))
        {
            foreach (Layer source in _sources[layer])
            {
                if (layers.Contains(source) && leading.Add(source))
                {
                    waiting.Push(source);
                }
            }
        }

        return leading;
    }

    private HashSet<Layer> Last(Layer[] ends, Func<Layer, bool> condition)
    {
        HashSet<Layer> last = [], seen = [];
        var waiting = new Stack<Layer>(ends);
        while (waiting.TryPop(out Layer? layer))
        {
            if (condition(layer))
            {
                last.Add(layer);
            }
            else if (seen.Add(layer))
            {
                Array.ForEach(_sources[layer], waiting.Push);
            }
        }

        return last;
    }

    /// <summary>Notes what the layers inside a layer read, and returns those that compute its output.</summary>
    private Layer[] Trace(Layer layer, Layer[] sources)
    {
        switch (layer)
        {
            case Residual block:
                Layer[] skipped = block.Shortcut is null ? sources : Trace(block.Shortcut, sources);
                Layer[] sum = [.. Trace(block.Body, sources).Union(skipped)];
                return block.Activation is null ? sum : Trace(block.Activation, sum);
            case Graph graph:
                var outputs = new Dictionary<string, Layer[]> { [Graph.Input] = sources };
                foreach (GraphNode node in graph.Nodes)
                {
                    outputs[node.Name] = Trace(node.Layer, [.. node.Inputs.SelectMany(name => outputs[name]).Distinct()]);
                }

                return outputs[graph.Nodes[^1].Name];
            case { Children.Count: > 0 }:
                return layer.Children.Aggregate(sources, (before, child) => Trace(child, before));
            default:
                _sources[layer] = sources;
                return [layer];
        }
    }
}
