using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Tensors;
using Evenkeel.Training;

namespace Evenkeel.Package.Tests.Examples;

// docs/own-layers.md
/// <summary>Lion: w ← w − learningRate·(sign(β₁m + (1 − β₁)g) + weightDecay·w), then m ← β₂m + (1 − β₂)g.</summary>
/// <remarks>Source: Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023, arXiv 2302.06675.</remarks>
public sealed class Lion(double learningRate = 1e-4, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0)
    : Optimizer(learningRate, weightDecay)
{
    private readonly ParameterStates<float[]> _momenta = new(parameter => new float[parameter.Length]);

    protected override void Update(Parameter parameter, double learningRate, double weightDecay)
    {
        Span<float> w = parameter.Value.Elements();
        ReadOnlySpan<float> g = parameter.Gradient.Elements();
        float[] m = _momenta[parameter];
        for (int i = 0; i < m.Length; i++)
        {
            double direction = beta1 * m[i] + (1 - beta1) * g[i];
            double sign = direction > 0 ? 1 : direction < 0 ? -1 : 0;
            w[i] -= (float)(learningRate * (sign + weightDecay * w[i]));
            m[i] = (float)(beta2 * m[i] + (1 - beta2) * g[i]);
        }
    }

    protected override IReadOnlyList<StateTensor> StateOf(Parameter parameter, bool create) =>
        create || _momenta.Contains(parameter) ? [StateTensor.Of("exp_avg", Tensor.Create(_momenta[parameter]))] : [];
}
// end
