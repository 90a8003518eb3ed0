using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Losses;

namespace Evenkeel.Training;

/// <summary>The mean of squared differences, for regression.</summary>
/// <remarks>
/// <para>Loss = Σ(y − t)²/n over all n elements; dy = 2(y − t)/n.</para>
/// <para>Shapes: outputs y and targets t of the same shape, batch first.</para>
/// </remarks>
public sealed class MeanSquaredError : ElementwiseLoss
{
    private protected override double Mean(Tensor<float> output, Tensor<float> target, Tensor<float> gradient) =>
        ElementLoss.Mean(default(SquaredError), output.Elements(), target.Elements(), gradient.Elements());
}
