using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>Where the outputs of two networks begin to differ.</summary>
/// <remarks>
/// A single layer of each as a rule. There are more where a normalization is folded into the layer before it in one network only, or where
/// layers come in between in the other: the outputs of the last are compared.
/// </remarks>
/// <param name="Sources">The layers that these read, which agree; empty for the input of the network.</param>
/// <param name="Layers">The layers of the network; empty where only the other has such a layer.</param>
/// <param name="OtherLayers">The corresponding layers of the other network; empty where there are none.</param>
/// <param name="LargestDifference">
/// The largest |difference| of two outputs; null where there is no pair of layers with outputs of one size.
/// </param>
/// <param name="LargestOutput">The largest finite |output| of the network's layer, or of the other's where it has none.</param>
public sealed record LayerDifference(
    IReadOnlyList<LayerAgreement> Sources,
    IReadOnlyList<(string Path, Layer Layer)> Layers,
    IReadOnlyList<(string Path, Layer Layer)> OtherLayers,
    double? LargestDifference,
    double LargestOutput);
