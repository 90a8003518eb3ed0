using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>Copies the caller's input into the layout that the next steps read.</summary>
/// <param name="isChannelLast">True if the input's channels are last.</param>
/// <param name="target">Receives the samples.</param>
internal sealed unsafe class LoadStep(bool isChannelLast, ActivationBuffer target) : Step
{
    /// <inheritdoc/>
    public override string Kind => "load";

    /// <inheritdoc/>
    public override IReadOnlyList<ActivationBuffer> Sources => [];

    /// <inheritdoc/>
    public override ActivationBuffer Target => target;

    /// <inheritdoc/>
    public override void Invoke(in SubBatch batch) =>
        ActivationCopy.Load(batch.Input, isChannelLast, batch.Operand(target), batch.Samples * target.Layout.Height);
}
