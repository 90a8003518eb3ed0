using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Losses;

namespace Evenkeel.Training;

/// <summary>The mean of absolute differences, for regression that large errors should not dominate.</summary>
/// <remarks>
/// <para>Loss = Σ|y − t|/n over all n elements; dy = sign(y − t)/n, and 0 where y = t.</para>
/// <para>Shapes: outputs y and targets t of the same shape, batch first.</para>
/// </remarks>
public sealed class MeanAbsoluteError : ElementwiseLoss
{
    private protected override double Mean(Tensor<float> output, Tensor<float> target, Tensor<float> gradient) =>
        ElementLoss.Mean(default(AbsoluteError), output.Elements(), target.Elements(), gradient.Elements());
}
