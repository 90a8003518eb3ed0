using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>What <see cref="Folding"/> did with one normalization of a network.</summary>
/// <param name="Path">The normalization's path in the network that was given, as in <see cref="Layer.NamedLayers()"/>.</param>
/// <param name="Layer">The normalization.</param>
/// <param name="FoldedInto">The path of the layer that it was folded into; null where it was not folded.</param>
/// <param name="Reason">Why it was not folded; null where it was.</param>
public sealed record FoldingEntry(string Path, Layer Layer, string? FoldedInto, string? Reason)
{
    /// <summary>True if the normalization was folded.</summary>
    public bool IsFolded => FoldedInto is not null;

    /// <summary>"norm1 (BatchNorm): folded into conv1".</summary>
    public override string ToString() =>
        $"{Path} ({Layer.GetType().Name}): {(IsFolded ? $"folded into {FoldedInto}" : $"not folded. {Reason}")}";
}
