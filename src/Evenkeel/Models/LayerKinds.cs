using Evenkeel.Layers;

namespace Evenkeel.Models;

/// <summary>All types of layers of the library, as files describe them.</summary>
internal static class LayerKinds
{
    private static readonly LayerKind[] All = [.. ActivationKinds.All, .. PlainKinds.All, .. NormalizationKinds.All, .. NetworkKinds.All];

    private static readonly Dictionary<string, LayerKind> ByName = All.ToDictionary(kind => kind.Name);

    private static readonly Dictionary<Type, LayerKind> ByType = All.ToDictionary(kind => kind.Type);

    /// <summary>The kind of a layer; null for a layer of the user's own.</summary>
    public static LayerKind? Of(Layer layer) => ByType.GetValueOrDefault(layer.GetType());

    /// <summary>The kind of a name in files; null if there is none.</summary>
    public static LayerKind? Find(string name) => ByName.GetValueOrDefault(name);
}
