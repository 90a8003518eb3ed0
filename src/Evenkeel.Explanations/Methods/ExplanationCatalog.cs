namespace Evenkeel.Explanations.Methods;

/// <summary>The explanations by name.</summary>
internal static class ExplanationCatalog
{
    private const ExplanationSettings Normalization = ExplanationSettings.Normalization;

    /// <summary>All explanations, in the order of lists.</summary>
    public static IReadOnlyList<ExplanationEntry> All { get; } =
    [
        new(
            "batch-norm", "Each channel over the batch, with running statistics and inference.",
            Normalization, ExplanationInput.Images, BatchNormExplanation.Of),
        new(
            "layer-norm", "Each sample over all its features.",
            Normalization, ExplanationInput.Images, SampleNormExplanations.LayerNorm),
        new(
            "instance-norm", "Each channel of each sample.",
            Normalization, ExplanationInput.Images, SampleNormExplanations.InstanceNorm),
        new(
            "group-norm", "Groups of channels of each sample; by default two groups of two channels.",
            Normalization | ExplanationSettings.Groups, ExplanationInput.FourChannels, SampleNormExplanations.GroupNorm),
        new(
            "rms-norm", "Each sample divided by its root mean square.",
            Normalization & ~ExplanationSettings.Bias, ExplanationInput.Images, RmsNormExplanation.Of),
        new(
            "batch-renorm", "Batch normalization corrected towards the running statistics.",
            Normalization, ExplanationInput.Images, BatchRenormExplanation.Of),
        new(
            "cross-iteration", "Batch normalization over the last batches, corrected to the current weights.",
            Normalization, ExplanationInput.Images, CrossIterationExplanation.Of),
        new(
            "dropout", "Elements set to zero at random in training.",
            ExplanationSettings.OutputGradient | ExplanationSettings.Dropout, ExplanationInput.Images, DropoutExplanation.Of),
        new(
            "scaling", "The columns of a table by each scaler, and back.",
            ExplanationSettings.None, ExplanationInput.Dense, ScalingExplanation.Of),
        new(
            "folding", "A normalization that becomes part of the weights before it.",
            Normalization & ~ExplanationSettings.OutputGradient, ExplanationInput.Images, FoldingExplanation.Of),
        new(
            "gradient-chain", "Why gradients vanish and explode: slope × weight of each layer.",
            ExplanationSettings.OutputGradient, ExplanationInput.Images, GradientChainExplanation.Of),
    ];
}
