using System.Runtime.CompilerServices;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>Neighbouring sets of which a policy says how their gradients are; see <see cref="SetNormalizer.Backward"/>.</summary>
internal readonly ref struct BackwardSets
{
    private readonly ForwardSets _forward;
    private readonly ReadOnlySpan<GradientSums> _sums;
    private readonly Span<float> _gradientScale;
    private readonly Span<float> _deviationScale;

    /// <summary>Sets that were normalized, with their sums and room for their coefficients.</summary>
    public BackwardSets(ForwardSets forward, ReadOnlySpan<GradientSums> sums, Span<float> gradientScale, Span<float> deviationScale)
    {
        _forward = forward;
        _sums = sums;
        _gradientScale = gradientScale;
        _deviationScale = deviationScale;
    }

    /// <summary>1/√(σ² + ε) of the i-th.</summary>
    public double Inverse(int i) => _forward.Inverse[i];

    /// <summary>Σdy of the i-th.</summary>
    public double GradientSum(int i) => _sums[i].Gradient;

    /// <summary>Σdy·x̂ of the i-th.</summary>
    public double NormalizedGradientSum(int i) => _sums[i].GradientTimesDeviation * _forward.Inverse[i];

    /// <summary>Says how the gradient of the i-th is: dx = a·dy − b − c·x̂.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int i, double a, double b, double c)
    {
        double inverse = _forward.Inverse[i];
        double offset = (_forward.Mean[i] - _forward.Center[i]) * inverse;
        _forward.Scale[i] = (float)inverse;
        _gradientScale[i] = (float)a;
        _deviationScale[i] = (float)-c;
        _forward.Shift[i] = (float)(offset * c - b);
    }
}
