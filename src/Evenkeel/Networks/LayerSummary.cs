using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>One layer of a <see cref="NetworkSummary"/>.</summary>
/// <param name="Path">The layer's path, as in <see cref="Layer.NamedLayers()"/>; empty for the network itself.</param>
/// <param name="Layer">The layer.</param>
/// <param name="OutputShape">The shape of its output; null inside containers other than Sequential, Residual and Graph.</param>
/// <param name="TrainableParameters">The number of values that optimizers move, without those of layers inside.</param>
/// <param name="OtherParameters">The number of values that they do not move, without those of layers inside.</param>
/// <param name="FusedInto">
/// The path of the layer whose sweep computes this one too, a Residual's sum included; null where it runs by itself.
/// </param>
/// <param name="UnfusedFrom">
/// The path of the layer that it would be fused into if observers did not keep them apart; null otherwise.
/// </param>
/// <param name="IsObserved">True if the layer has observers.</param>
public sealed record LayerSummary(
    string Path,
    Layer Layer,
    IReadOnlyList<nint>? OutputShape,
    long TrainableParameters,
    long OtherParameters,
    string? FusedInto,
    string? UnfusedFrom,
    bool IsObserved);
