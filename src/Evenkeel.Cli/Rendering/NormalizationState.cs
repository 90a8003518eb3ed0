using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Cli.Rendering;

/// <summary>The parameters and running statistics of a normalization, as far as they tell its condition.</summary>
/// <param name="Path">The path of the layer.</param>
/// <param name="Type">The name of its type.</param>
/// <param name="Weight">The range of γ; null without γ.</param>
/// <param name="SmallWeights">The number of γ near 0.</param>
/// <param name="Bias">The range of β; null without β.</param>
/// <param name="Running">The running statistics; null without.</param>
internal sealed record NormalizationState(
    string Path, string Type, ValueRange? Weight, int SmallWeights, ValueRange? Bias, RunningState? Running)
{
    /// <summary>The magnitude below which γ is near 0.</summary>
    public const float Small = 1e-3f;

    /// <summary>Lists the normalizations of a network.</summary>
    public static IReadOnlyList<NormalizationState> Of(Layer network) =>
        [.. network.NamedLayers().Where(named => named.Layer is SetNormalization).Select(named => Of(named.Path, named.Layer))];

    private static NormalizationState Of(string path, Layer layer)
    {
        (Parameter? weight, Parameter? bias) = layer switch
        {
            ChannelNormalization normalization => (normalization.Weight, normalization.Bias),
            RowNormalization normalization => (normalization.Weight, normalization.Bias),
            _ => (null, null),
        };
        return new NormalizationState(
            path,
            layer.GetType().Name,
            RangeOf(weight),
            weight is null ? 0 : Count(weight),
            RangeOf(bias),
            RunningState.Of(layer));
    }

    private static ValueRange? RangeOf(Parameter? parameter) =>
        parameter is null ? null : ValueRange.Of<float>(parameter.Value.Elements());

    private static int Count(Parameter weight)
    {
        int small = 0;
        foreach (float value in weight.Value.Elements())
        {
            small += MathF.Abs(value) < Small ? 1 : 0;
        }

        return small;
    }
}
