using Evenkeel.Layers;

namespace Evenkeel.Normalization;

/// <summary>A normalizer in <see cref="NormalizerCatalog"/>.</summary>
/// <param name="Name">The name for command lines and results.</param>
/// <param name="Description">What shares statistics, in a few words.</param>
/// <param name="Create">Creates the normalizer after a linear layer or a convolution; null for no normalization.</param>
internal sealed record NormalizerEntry(string Name, string Description, Func<IChannelwiseLinear, NormalizerSettings, Layer>? Create);
