using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>A layer of one network, and the layer of another that has the same outputs.</summary>
/// <param name="Path">The layer's path in its network, as in <see cref="Layer.NamedLayers()"/>.</param>
/// <param name="Layer">The layer.</param>
/// <param name="OtherPath">The path of the other network's layer; null where none agrees.</param>
/// <param name="OtherLayer">The other network's layer; null where none agrees.</param>
public sealed record LayerAgreement(string Path, Layer Layer, string? OtherPath, Layer? OtherLayer)
{
    /// <summary>True if a layer of the other network agrees.</summary>
    public bool Agrees => OtherLayer is not null;

    /// <summary>"relu1 (Relu) = relu1 (Relu)".</summary>
    public override string ToString() =>
        $"{Path} ({Layer.GetType().Name}) {(Agrees ? $"= {OtherPath} ({OtherLayer!.GetType().Name})" : "agrees with none")}";
}
