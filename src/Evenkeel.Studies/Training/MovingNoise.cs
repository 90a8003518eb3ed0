using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Studies.Training;

/// <summary>Noise that moves the distribution of each unit at every training step: y = s·x + m.</summary>
/// <remarks>
/// <para>
/// At each step every unit j gets a shift μ_j from ±0.5 and a scale σ_j from 1 to 1.25, both uniform; then each element of it
/// m from μ_j ± 0.1, uniform, and s from a normal distribution of mean σ_j and deviation 0.1. In inference s and m are their means, 1.125
/// and 0.
/// </para>
/// <para>Source: Santurkar et al., "How Does Batch Normalization Help Optimization?", 2018, arXiv 1805.11604, appendix A.</para>
/// </remarks>
/// <param name="random">The source of random numbers: the layer takes four streams.</param>
internal sealed class MovingNoise(RandomSource random) : Layer
{
    private const float LargestShift = 0.5f;
    private const float LargestScale = 1.25f;
    private const float Spread = 0.1f;

    private readonly RandomStream _unitShifts = random.Next();
    private readonly RandomStream _unitScales = random.Next();
    private readonly RandomStream _shifts = random.Next();
    private readonly RandomStream _scales = random.Next();
    private readonly ReusableTensor _factors = new();
    private readonly ReusableTensor _perUnit = new();
    private readonly ReusableTensor _products = new();
    private Tensor<float>? _factor;
    private ulong _passes;

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        _factor = _factors.Get(input.Lengths);
        Tensor<float> output = OutputMemory.Get(input.Lengths);
        if (pass == Pass.Training)
        {
            // A pass has 2³² positions of its own, more than a tensor has elements.
            ulong start = _passes++ << 32;
            _shifts.FillUniform(output.Elements(), -Spread, Spread, start);
            _scales.FillNormal(_factor.Elements(), 0, Spread, start);
            AddPerUnit(_unitShifts, -LargestShift, LargestShift, start, output);
            AddPerUnit(_unitScales, 1, LargestScale, start, _factor);
        }
        else
        {
            output.Elements().Clear();
            _factor.Elements().Fill((1 + LargestScale) / 2);
        }

        // Not in one call, which might round once on one machine and twice on another.
        Tensor<float> scaled = _products.Get(input.Lengths);
        TensorPrimitives.Multiply(input.Elements(), _factor.Elements(), scaled.Elements());
        TensorPrimitives.Add(scaled.Elements(), output.Elements(), output.Elements());
        return output;
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        Tensor<float> gradient = InputGradients.Get(outputGradient.Lengths);
        TensorPrimitives.Multiply(outputGradient.Elements(), _factor!.Elements(), gradient.Elements());
        return gradient;
    }

    /// <summary>Adds to each row of [N, units] the same uniform numbers.</summary>
    private void AddPerUnit(RandomStream stream, float low, float high, ulong start, Tensor<float> to)
    {
        int units = (int)to.Lengths[1];
        Span<float> numbers = _perUnit.Get([units]).Elements();
        stream.FillUniform(numbers, low, high, start);
        Span<float> all = to.Elements();
        for (int row = 0; row < all.Length; row += units)
        {
            TensorPrimitives.Add(all.Slice(row, units), numbers, all.Slice(row, units));
        }
    }
}
