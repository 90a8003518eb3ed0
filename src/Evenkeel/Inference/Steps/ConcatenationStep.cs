using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>The channels of several activations one after the other.</summary>
/// <param name="sources">The activations.</param>
/// <param name="target">Receives the channels of all.</param>
internal sealed class ConcatenationStep(ActivationBuffer[] sources, ActivationBuffer target) : Step
{
    /// <inheritdoc/>
    public override string Kind => "concatenation";

    /// <inheritdoc/>
    public override IReadOnlyList<ActivationBuffer> Sources => sources;

    /// <inheritdoc/>
    public override ActivationBuffer Target => target;

    /// <inheritdoc/>
    public override void Invoke(in SubBatch batch)
    {
        int start = 0;
        foreach (ActivationBuffer source in sources)
        {
            ActivationCombination.CopyChannels(
                batch.Operand(source), batch.Operand(target), start, batch.Samples * target.Layout.Height);
            start += source.Layout.Channels;
        }
    }
}
