using System.Runtime.CompilerServices;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>Gives the gradient sums of a range of sets, and receives the coefficients of their gradients: dx = a·dy − b − c·x̂.</summary>
/// <remarks>x̂ = (x − mean)·invStd, with the mean and invStd that the forward pass wrote for the set.</remarks>
public readonly ref struct BackwardCoefficients
{
    private readonly ReadOnlySpan<Moments> _moments;
    private readonly ReadOnlySpan<GradientSums> _sums;
    private readonly ReadOnlySpan<double> _mean;
    private readonly ReadOnlySpan<double> _invStd;
    private readonly ReadOnlySpan<float> _center;
    private readonly Span<float> _scale;
    private readonly Span<float> _shift;
    private readonly Span<float> _gradientScale;
    private readonly Span<float> _deviationScale;

    internal BackwardCoefficients(SetBuffers buffers, ReadOnlySpan<GradientSums> sums, int first, int count)
    {
        First = first;
        _moments = buffers.Moments(first, count);
        _sums = sums.Slice(first, count);
        _mean = buffers.Means.Slice(first, count);
        _invStd = buffers.InvStds.Slice(first, count);
        _center = buffers.Center.Slice(first, count);
        _scale = buffers.Scale.Slice(first, count);
        _shift = buffers.Shift.Slice(first, count);
        _gradientScale = buffers.GradientScale.Slice(first, count);
        _deviationScale = buffers.DeviationScale.Slice(first, count);
    }

    /// <summary>The number of the first set of the range.</summary>
    public int First { get; }

    /// <summary>The number of sets in the range.</summary>
    public int Count => _sums.Length;

    /// <summary>The number of elements whose statistics normalized the i-th set.</summary>
    /// <param name="i">The index within the range.</param>
    public double Elements(int i) => _moments.IsEmpty ? 0 : _moments[i].Count;

    /// <summary>invStd of the i-th set, as the forward pass wrote it.</summary>
    /// <param name="i">The index within the range.</param>
    public double InvStd(int i) => _invStd[i];

    /// <summary>Σdy of the i-th set.</summary>
    /// <param name="i">The index within the range.</param>
    public double GradientSum(int i) => _sums[i].Gradient;

    /// <summary>Σdy·x̂ of the i-th set.</summary>
    /// <param name="i">The index within the range.</param>
    public double NormalizedGradientSum(int i) => _sums[i].GradientTimesDeviation * _invStd[i];

    /// <summary>Writes the coefficients of the i-th set of the range: dx = a·dy − b − c·x̂.</summary>
    /// <param name="i">The index within the range, from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="a">The factor of dy.</param>
    /// <param name="b">The value subtracted.</param>
    /// <param name="c">The factor of x̂.</param>
    /// <exception cref="IndexOutOfRangeException"><paramref name="i"/> is not in the range.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int i, double a, double b, double c)
    {
        double invStd = _invStd[i];
        double offset = (_mean[i] - _center[i]) * invStd;
        _scale[i] = (float)invStd;
        _gradientScale[i] = (float)a;
        _deviationScale[i] = (float)-c;
        _shift[i] = (float)(offset * c - b);
    }
}
