using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>A function of the elements of one activation, or of two at the same position.</summary>
/// <param name="name">What the function is, as "tanh".</param>
/// <param name="formula">The function.</param>
/// <param name="source">The first operand.</param>
/// <param name="other">The second operand; null without one.</param>
/// <param name="target">Receives the results.</param>
/// <param name="coefficientBytes">The size of the function's coefficients in bytes.</param>
internal sealed unsafe class MapStep<TFormula>(
    string name, TFormula formula, Activations source, Activations? other, Activations target, long coefficientBytes = 0) : Step
    where TFormula : struct, ActivationMap.IFormula
{
    /// <inheritdoc/>
    public override string Kind => name;

    /// <inheritdoc/>
    public override IReadOnlyList<Activations> Sources => other is null ? [source] : [source, other];

    /// <inheritdoc/>
    public override Activations Target => target;

    /// <inheritdoc/>
    public override long WeightBytes => coefficientBytes;

    /// <inheritdoc/>
    public override void Invoke(in Run run, int part, int parts)
    {
        if (part == 0)
        {
            target.Layout.ClearBorder(run.Address(target), run.Samples);
        }

        int rows = run.Samples * target.Layout.Height;
        ActivationMap.Run(
            formula,
            run.Operand(source),
            other is null ? default : run.Operand(other),
            run.Operand(target),
            Start(rows, part, parts),
            Start(rows, part + 1, parts));
    }
}
