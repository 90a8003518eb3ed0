using Evenkeel.Numerics.Images;
using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>Pooling over windows.</summary>
/// <param name="name">What the pooling is, as "max pool".</param>
/// <param name="rows">The windows along the rows.</param>
/// <param name="columns">The windows along the columns.</param>
/// <param name="source">The images.</param>
/// <param name="target">Receives the results.</param>
internal sealed unsafe class PoolingStep<TKind>(
    string name, PoolingAxis rows, PoolingAxis columns, Activations source, Activations target) : Step
    where TKind : struct, ActivationPooling.IKind
{
    /// <inheritdoc/>
    public override string Kind => name;

    /// <inheritdoc/>
    public override IReadOnlyList<Activations> Sources => [source];

    /// <inheritdoc/>
    public override Activations Target => target;

    /// <inheritdoc/>
    public override void Invoke(in Run run, int part, int parts)
    {
        if (part == 0)
        {
            target.Layout.ClearBorder(run.Address(target), run.Samples);
        }

        int count = run.Samples * rows.Outputs;
        ActivationPooling.Run<TKind>(
            rows, columns, run.Operand(source), run.Operand(target), Start(count, part, parts), Start(count, part + 1, parts));
    }
}
