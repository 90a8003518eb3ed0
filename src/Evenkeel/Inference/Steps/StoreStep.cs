using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>Copies the last activations into the caller's output.</summary>
/// <param name="isChannelLast">True if the output's channels are last.</param>
/// <param name="source">The activations.</param>
internal sealed unsafe class StoreStep(bool isChannelLast, Activations source) : Step
{
    /// <inheritdoc/>
    public override string Kind => "store";

    /// <inheritdoc/>
    public override IReadOnlyList<Activations> Sources => [source];

    /// <inheritdoc/>
    public override Activations? Target => null;

    /// <inheritdoc/>
    public override void Invoke(in Run run, int part, int parts)
    {
        int rows = run.Samples * source.Layout.Height;
        ActivationCopy.Store(run.Operand(source), isChannelLast, run.Output, Start(rows, part, parts), Start(rows, part + 1, parts));
    }
}
