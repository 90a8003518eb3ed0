using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>The mean of each channel: global average pooling.</summary>
/// <param name="source">The images.</param>
/// <param name="target">Receives the means.</param>
internal sealed unsafe class MeanStep(Activations source, Activations target) : Step
{
    /// <inheritdoc/>
    public override string Kind => "global average pool";

    /// <inheritdoc/>
    public override IReadOnlyList<Activations> Sources => [source];

    /// <inheritdoc/>
    public override Activations Target => target;

    /// <inheritdoc/>
    public override void Invoke(in Run run, int part, int parts)
    {
        for (int sample = Start(run.Samples, part, parts); sample < Start(run.Samples, part + 1, parts); sample++)
        {
            ActivationPooling.Mean(
                run.Address(source) + (nint)sample * source.Layout.SampleStride,
                source.Layout,
                run.Address(target) + (nint)sample * target.Layout.SampleStride);
        }
    }
}
