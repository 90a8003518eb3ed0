using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>A function of the elements of one activation, or of two at the same position.</summary>
/// <param name="name">The name of the function in summaries: "tanh".</param>
/// <param name="formula">The function.</param>
/// <param name="source">The first operand.</param>
/// <param name="other">The second operand; null without one.</param>
/// <param name="target">Receives the results.</param>
/// <param name="coefficientBytes">The size of the function's coefficients in bytes.</param>
internal sealed unsafe class MapStep<TFormula>(
    string name, TFormula formula, ActivationBuffer source, ActivationBuffer? other, ActivationBuffer target, long coefficientBytes = 0)
    : Step
    where TFormula : struct, ActivationMap.IFormula
{
    /// <inheritdoc/>
    public override string Kind => name;

    /// <inheritdoc/>
    public override IReadOnlyList<ActivationBuffer> Sources => other is null ? [source] : [source, other];

    /// <inheritdoc/>
    public override ActivationBuffer Target => target;

    /// <inheritdoc/>
    public override long WeightBytes => coefficientBytes;

    /// <inheritdoc/>
    public override void Invoke(in SubBatch batch)
    {
        ActivationMap.Run(
            formula,
            batch.Operand(source),
            other is null ? default : batch.Operand(other),
            batch.Operand(target),
            batch.Samples * target.Layout.Height);
    }
}
