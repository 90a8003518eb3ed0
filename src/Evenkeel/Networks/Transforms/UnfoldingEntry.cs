using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>What <see cref="Unfolding"/> did with one convolution or linear layer of a network.</summary>
/// <param name="Path">The layer's path in the network that was given, as in <see cref="Layer.NamedLayers()"/>.</param>
/// <param name="Layer">The layer.</param>
/// <param name="FollowedBy">The path, in the new network, of the normalization that follows it; null if none was put there.</param>
/// <param name="Reason">Why none was; null if one was.</param>
public sealed record UnfoldingEntry(string Path, Layer Layer, string? FollowedBy, string? Reason)
{
    /// <summary>True if a normalization was put after the layer.</summary>
    public bool IsUnfolded => FollowedBy is not null;

    /// <summary>"conv1 (Conv2d): followed by conv1_norm".</summary>
    public override string ToString() =>
        $"{Path} ({Layer.GetType().Name}): {(IsUnfolded ? $"followed by {FollowedBy}" : $"not unfolded. {Reason}")}";
}
