using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>Copies the caller's input into the layout that the next steps read.</summary>
/// <param name="isChannelLast">True if the input's channels are last.</param>
/// <param name="target">Receives the samples.</param>
internal sealed unsafe class LoadStep(bool isChannelLast, Activations target) : Step
{
    /// <inheritdoc/>
    public override string Kind => "load";

    /// <inheritdoc/>
    public override IReadOnlyList<Activations> Sources => [];

    /// <inheritdoc/>
    public override Activations Target => target;

    /// <inheritdoc/>
    public override void Invoke(in Run run, int part, int parts)
    {
        ActivationLayout layout = target.Layout;
        if (part == 0)
        {
            layout.ClearBorder(run.Address(target), run.Samples);
        }

        int rows = run.Samples * layout.Height;
        ActivationCopy.Load(run.Input, isChannelLast, run.Operand(target), Start(rows, part, parts), Start(rows, part + 1, parts));
    }
}
