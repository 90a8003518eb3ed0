using Evenkeel.Numerics.Images;
using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>Pooling over windows.</summary>
/// <param name="name">The name of the pooling in summaries: "max pool".</param>
/// <param name="rows">The windows along the rows.</param>
/// <param name="columns">The windows along the columns.</param>
/// <param name="source">The images.</param>
/// <param name="target">Receives the results.</param>
internal sealed unsafe class PoolingStep<TKind>(
    string name, PoolingAxis rows, PoolingAxis columns, ActivationBuffer source, ActivationBuffer target) : Step
    where TKind : struct, ActivationPooling.IKind
{
    /// <inheritdoc/>
    public override string Kind => name;

    /// <inheritdoc/>
    public override IReadOnlyList<ActivationBuffer> Sources => [source];

    /// <inheritdoc/>
    public override ActivationBuffer Target => target;

    /// <inheritdoc/>
    public override void Invoke(in SubBatch batch)
    {
        ActivationPooling.Run<TKind>(rows, columns, batch.Operand(source), batch.Operand(target), batch.Samples * rows.Outputs);
    }
}
