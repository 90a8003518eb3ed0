using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>The places that layers have in a network.</summary>
internal static class Places
{
    /// <summary>Throws where a layer stands among the given ones, or inside one of them, twice.</summary>
    public static void CheckOnce(IEnumerable<Layer> layers, string name)
    {
        if (layers.SelectMany(WithChildren).CountBy(layer => layer).FirstOrDefault(count => count.Value > 1) is { Key: { } twice })
        {
            throw new ArgumentException(
                $"A {twice.GetType().Name} stands in the network twice; a layer keeps its last input, so it has one place.", name);
        }
    }

    private static IEnumerable<Layer> WithChildren(Layer layer) => [layer, .. layer.Children.SelectMany(WithChildren)];
}
