using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>Copies images to vectors.</summary>
/// <param name="isChannelLast">True if the order of the elements is that of [H, W, C], false for [C, H, W].</param>
/// <param name="source">The images.</param>
/// <param name="target">Receives the vectors.</param>
internal sealed unsafe class FlattenStep(bool isChannelLast, Activations source, Activations target) : Step
{
    /// <inheritdoc/>
    public override string Kind => "flatten";

    /// <inheritdoc/>
    public override IReadOnlyList<Activations> Sources => [source];

    /// <inheritdoc/>
    public override Activations Target => target;

    /// <inheritdoc/>
    public override void Invoke(in Run run, int part, int parts)
    {
        for (int sample = Start(run.Samples, part, parts); sample < Start(run.Samples, part + 1, parts); sample++)
        {
            var images = new ActivationMap.Operand(run.Address(source) + (nint)sample * source.Layout.SampleStride, source.Layout);
            float* vector = run.Address(target) + (nint)sample * target.Layout.SampleStride;
            ActivationCopy.Store(images, isChannelLast, vector, 0, source.Layout.Height);
        }
    }
}
