using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>The product of activations with a factor for each channel of each sample.</summary>
/// <param name="source">The activations.</param>
/// <param name="factors">The factors.</param>
/// <param name="target">Receives the products.</param>
internal sealed class ChannelProductStep(ActivationBuffer source, ActivationBuffer factors, ActivationBuffer target) : Step
{
    /// <inheritdoc/>
    public override string Kind => "product with channel factors";

    /// <inheritdoc/>
    public override IReadOnlyList<ActivationBuffer> Sources => [source, factors];

    /// <inheritdoc/>
    public override ActivationBuffer Target => target;

    /// <inheritdoc/>
    public override void Invoke(in SubBatch batch) => ActivationCombination.MultiplyChannels(
        batch.Operand(source), batch.Operand(factors), batch.Operand(target), batch.Samples * source.Layout.Height);
}
