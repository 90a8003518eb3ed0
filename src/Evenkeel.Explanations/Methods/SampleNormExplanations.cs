using Evenkeel.Explanations.Graphs;
using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Explanations.Methods;

/// <summary>Layer, instance and group normalization: the graph of batch normalization over sets within a sample.</summary>
internal static class SampleNormExplanations
{
    private const string Closed =
        @"dx = \frac{\mathrm{invStd}}{m} \cdot (m \cdot d\hat{x} - \sum d\hat{x} - \hat{x} \cdot \sum d\hat{x} \cdot \hat{x})";

    /// <summary>Explains layer normalization.</summary>
    public static Explanation LayerNorm(ExplanationInput input) => Explain(
        "layer-norm",
        "Layer normalization",
        "Each sample is brought to mean 0 and variance 1 over all its features, then scaled by γ and shifted by β element by element.",
        input,
        ElementLayout.PerSample(input.Shape),
        affine => new LayerNorm(input.Shape.AsSpan(1), new() { Epsilon = input.Epsilon, Weight = affine, Bias = affine }));

    /// <summary>Explains instance normalization.</summary>
    public static Explanation InstanceNorm(ExplanationInput input) => Explain(
        "instance-norm",
        "Instance normalization",
        "Each channel of each sample is brought to mean 0 and variance 1, then scaled by γ and shifted by β of the channel.",
        input,
        ElementLayout.PerGroup(input.Shape, input.Shape[1]),
        affine => new InstanceNorm(input.Shape[1], new() { Epsilon = input.Epsilon, Affine = affine }));

    /// <summary>Explains group normalization.</summary>
    /// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
    public static Explanation GroupNorm(ExplanationInput input)
    {
        int channels = input.Shape[1];
        var layer = new GroupNorm(input.Groups, channels);
        return Explain(
            "group-norm",
            "Group normalization",
            Invariant($"The {channels} channels of each sample form {layer.Groups} groups of {channels / layer.Groups}; ")
            + "each group is brought to mean 0 and variance 1, then scaled by γ and shifted by β of the channel.",
            input,
            ElementLayout.PerGroup(input.Shape, input.Groups),
            affine => new GroupNorm(input.Groups, channels, new() { Epsilon = input.Epsilon, Affine = affine }));
    }

    private static Explanation Explain(
        string name, string title, string summary, ExplanationInput input, ElementLayout layout, Func<bool, Layer> layer)
    {
        var standardized = StandardizedExplanation.Create(input, layout, layer);
        return new Explanation(
            name,
            title,
            summary,
            [
                standardized.Sections.Input(),
                standardized.Sections.Forward(
                    "A sample does not depend on the others: training and inference are the same, and there are no running statistics."),
                standardized.Sections.Backward(),
                standardized.Check(Closed),
                standardized.Sums(),
            ])
        {
            Sets = SetPictures.For(input, name[..name.IndexOf('-', StringComparison.Ordinal)]),
            Graph = standardized.Sections.Picture(),
            ParameterOf = standardized.Sections.ParameterOf,
            Study = "batch-size",
            Documentation = $"docs/normalizers/{name}.md",
        };
    }
}
