using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>What <see cref="Unfolding"/> did with one convolution or linear layer of a network.</summary>
/// <param name="Path">The layer's path in the network that was given, as in <see cref="Layer.NamedLayers()"/>.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Normalization">The path, in the new network, of the normalization behind it; null if it has none.</param>
/// <param name="Reason">Why it has none; null if it has one.</param>
public sealed record UnfoldingEntry(string Path, Layer Layer, string? Normalization, string? Reason)
{
    /// <summary>True if a normalization was put behind the layer.</summary>
    public bool IsUnfolded => Normalization is not null;

    /// <summary>"conv1 (Conv2d): followed by conv1_norm".</summary>
    public override string ToString() =>
        $"{Path} ({Layer.GetType().Name}): {(IsUnfolded ? $"followed by {Normalization}" : $"not unfolded. {Reason}")}";
}
