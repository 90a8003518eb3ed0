using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Training;

/// <summary>The mean of squared differences, for values.</summary>
/// <remarks>
/// <para>Loss = Σ(y − t)²/n over all n elements; dy = 2(y − t)/n.</para>
/// <para>Shapes: outputs y and targets t of one shape, batch first.</para>
/// </remarks>
public sealed class MeanSquaredError : Loss<float>
{
    private readonly ReusableTensor _gradients = new();
    private Tensor<float>? _gradient;

    /// <inheritdoc/>
    public override double Forward(Tensor<float> output, Tensor<float> target)
    {
        Shape.CheckInput(output, nameof(output));
        Shape.CheckInput(target, nameof(target));
        if (!target.Lengths.SequenceEqual(output.Lengths))
        {
            throw new ArgumentException(
                $"The output is {Shape.Describe(output)} and the target is {Shape.Describe(target)}; they must be alike.",
                nameof(target));
        }

        _gradient = _gradients.Get(output.Lengths);
        return SquaredDifference.Mean(output.Elements(), target.Elements(), _gradient.Elements());
    }

    /// <inheritdoc/>
    public override Tensor<float> Backward() => Ready(_gradient);
}
