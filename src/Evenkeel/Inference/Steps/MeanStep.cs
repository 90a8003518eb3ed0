using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>The mean of each channel: global average pooling.</summary>
/// <param name="source">The images.</param>
/// <param name="target">Receives the means.</param>
internal sealed unsafe class MeanStep(ActivationBuffer source, ActivationBuffer target) : Step
{
    /// <inheritdoc/>
    public override string Kind => "global average pool";

    /// <inheritdoc/>
    public override IReadOnlyList<ActivationBuffer> Sources => [source];

    /// <inheritdoc/>
    public override ActivationBuffer Target => target;

    /// <inheritdoc/>
    public override void Invoke(in SubBatch batch)
    {
        for (int sample = 0; sample < batch.Samples; sample++)
        {
            ActivationPooling.Mean(
                batch.Address(source) + (nint)sample * source.Layout.SampleStride,
                source.Layout,
                batch.Address(target) + (nint)sample * target.Layout.SampleStride);
        }
    }
}
