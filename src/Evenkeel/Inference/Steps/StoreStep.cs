using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>Copies the last activations into the caller's output.</summary>
/// <param name="isChannelLast">True if the output's channels are last.</param>
/// <param name="source">The activations.</param>
internal sealed unsafe class StoreStep(bool isChannelLast, ActivationBuffer source) : Step
{
    /// <inheritdoc/>
    public override string Kind => "store";

    /// <inheritdoc/>
    public override IReadOnlyList<ActivationBuffer> Sources => [source];

    /// <inheritdoc/>
    public override ActivationBuffer? Target => null;

    /// <inheritdoc/>
    public override void Invoke(in SubBatch batch) =>
        ActivationCopy.Store(batch.Operand(source), isChannelLast, batch.Output, batch.Samples * source.Layout.Height);
}
