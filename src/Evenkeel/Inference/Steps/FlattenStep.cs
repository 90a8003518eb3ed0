using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>Copies images to vectors.</summary>
/// <param name="isChannelLast">True if the order of the elements is that of [H, W, C], false for [C, H, W].</param>
/// <param name="source">The images.</param>
/// <param name="target">Receives the vectors.</param>
internal sealed unsafe class FlattenStep(bool isChannelLast, ActivationBuffer source, ActivationBuffer target) : Step
{
    /// <inheritdoc/>
    public override string Kind => "flatten";

    /// <inheritdoc/>
    public override IReadOnlyList<ActivationBuffer> Sources => [source];

    /// <inheritdoc/>
    public override ActivationBuffer Target => target;

    /// <inheritdoc/>
    public override void Invoke(in SubBatch batch)
    {
        for (int sample = 0; sample < batch.Samples; sample++)
        {
            var images = new ActivationMap.Operand(batch.Address(source) + (nint)sample * source.Layout.SampleStride, source.Layout);
            float* vector = batch.Address(target) + (nint)sample * target.Layout.SampleStride;
            ActivationCopy.Store(images, isChannelLast, vector, source.Layout.Height);
        }
    }
}
