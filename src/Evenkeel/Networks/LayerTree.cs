using System.Globalization;
using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>Checks of the layers inside a network and of their names.</summary>
internal static class LayerTree
{
    /// <summary>Throws where a layer occurs twice among the given ones and those inside them.</summary>
    public static void CheckDistinct(IEnumerable<Layer> layers, string name)
    {
        IEnumerable<Layer> all = layers.SelectMany(layer => layer.NamedLayers()).Select(named => named.Layer);
        if (all.CountBy(layer => layer).FirstOrDefault(count => count.Value > 1) is { Key: { } twice })
        {
            throw new ArgumentException(
                $"A {twice.GetType().Name} occurs twice in the network; a layer keeps its last input, so make a second one.", name);
        }
    }

    /// <summary>Throws where a name is empty, contains '.', names two layers, or is reserved.</summary>
    public static void CheckNames(IReadOnlyList<string> names, string parameter, string? reserved = null)
    {
        var seen = new HashSet<string>();
        for (int i = 0; i < names.Count; i++)
        {
            string? problem = string.IsNullOrWhiteSpace(names[i])
                    ? $"has an empty name{(reserved is null ? "; without any names, layers are named by index" : "")}"
                : names[i].Contains('.') ? $"is named '{names[i]}', but '.' separates the names of a path"
                : names[i] == reserved ? $"is named '{reserved}', as the network's input is"
                : !seen.Add(names[i]) ? $"is named '{names[i]}', as is one before it; the names of a network's layers must differ"
                : null;
            if (problem is not null)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Layer {i} {problem}."), parameter);
            }
        }
    }
}
