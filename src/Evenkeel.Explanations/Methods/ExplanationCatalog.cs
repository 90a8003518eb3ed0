namespace Evenkeel.Explanations.Methods;

/// <summary>The explanations by name.</summary>
internal static class ExplanationCatalog
{
    /// <summary>All explanations, in the order of lists.</summary>
    public static IReadOnlyList<ExplanationEntry> All { get; } =
    [
        new("batch-norm", "Each channel over the batch, with running statistics and inference.", ExplanationInput.Images, BatchNormExplanation.Of),
        new("layer-norm", "Each sample over all its features.", ExplanationInput.Images, SampleNormExplanations.LayerNorm),
        new("instance-norm", "Each channel of each sample.", ExplanationInput.Images, SampleNormExplanations.InstanceNorm),
        new("group-norm", "Groups of channels of each sample; two groups of two channels by default.", ExplanationInput.FourChannels, SampleNormExplanations.GroupNorm),
        new("rms-norm", "Each sample divided by its root mean square.", ExplanationInput.Images, RmsNormExplanation.Of),
        new("batch-renorm", "Batch normalization corrected towards the running statistics.", ExplanationInput.Images, BatchRenormExplanation.Of),
        new("cross-iteration", "Batch normalization over the last batches, carried to today's weights.", ExplanationInput.Images, CrossIterationExplanation.Of),
        new("dropout", "Elements set to zero at random in training.", ExplanationInput.Images, DropoutExplanation.Of),
        new("scaling", "The columns of a table by each scaler, and back.", ExplanationInput.Dense, ScalingExplanation.Of),
        new("folding", "A normalization that becomes part of the weights before it.", ExplanationInput.Images, FoldingExplanation.Of),
        new("gradient-chain", "Why gradients vanish and explode: slope × weight of each layer.", ExplanationInput.Images, GradientChainExplanation.Of),
    ];
}
