using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics;

/// <summary>The affine map of (dy, x) of each set: the backward pass of every normalization.</summary>
public static unsafe class ChannelAffineGradient
{
    /// <summary>
    /// Computes dx = dy·gradientScale + x̃·deviationScale + shift, where x̃ = (x − center)·scale, with the coefficients of
    /// each element's set.
    /// </summary>
    /// <param name="gradient">dy, laid out as <paramref name="view"/> says.</param>
    /// <param name="x">x, laid out likewise.</param>
    /// <param name="view">The shape.</param>
    /// <param name="coefficients">The coefficients of each set.</param>
    /// <param name="result">Receives dx; may be <paramref name="gradient"/> or <paramref name="x"/> itself.</param>
    /// <exception cref="ArgumentException">A span does not have the view's length.</exception>
    public static void Apply(
        ReadOnlySpan<float> gradient, ReadOnlySpan<float> x, ChannelView view, in GradientCoefficients coefficients, Span<float> result)
    {
        SpanChecks.Length(gradient, view.Length);
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length(coefficients.Center, view.Sets);
        SpanChecks.Length(coefficients.Scale, view.Sets);
        SpanChecks.Length(coefficients.GradientScale, view.Sets);
        SpanChecks.Length(coefficients.DeviationScale, view.Sets);
        SpanChecks.Length(coefficients.Shift, view.Sets);
        SpanChecks.Length<float>(result, view.Length);
        fixed (float* dy = gradient, xs = x, dx = result)
        fixed (float* center = coefficients.Center, scale = coefficients.Scale, shift = coefficients.Shift)
        fixed (float* gradientScale = coefficients.GradientScale, deviationScale = coefficients.DeviationScale)
        {
            ChannelMap.Run<Formula, Coefficients>(
                new Formula(dy, xs, center, scale, gradientScale, deviationScale, shift, dx), view);
        }
    }

    private readonly struct Coefficients(
        Vector512<float> center,
        Vector512<float> scale,
        Vector512<float> gradientScale,
        Vector512<float> deviationScale,
        Vector512<float> shift)
    {
        public readonly Vector512<float> Center = center;
        public readonly Vector512<float> Scale = scale;
        public readonly Vector512<float> GradientScale = gradientScale;
        public readonly Vector512<float> DeviationScale = deviationScale;
        public readonly Vector512<float> Shift = shift;
    }

    private readonly struct Formula(
        float* gradient, float* x, float* center, float* scale, float* gradientScale, float* deviationScale, float* shift, float* result)
        : IChannelMap<Coefficients>
    {
        public Coefficients Of(int set) => new(
            Vector512.Create(center[set]),
            Vector512.Create(scale[set]),
            Vector512.Create(gradientScale[set]),
            Vector512.Create(deviationScale[set]),
            Vector512.Create(shift[set]));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients From<TLanes>(TLanes lanes, int set)
            where TLanes : struct, ILanes => new(
            lanes.Load(center + set),
            lanes.Load(scale + set),
            lanes.Load(gradientScale + set),
            lanes.Load(deviationScale + set),
            lanes.Load(shift + set));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(TLanes lanes, nint offset, nint position, in Coefficients c)
            where TLanes : struct, ILanes
        {
            Vector512<float> deviation = (lanes.Load(x + offset) - c.Center) * c.Scale;
            Vector512<float> sum = Vector512.FusedMultiplyAdd(deviation, c.DeviationScale, c.Shift);
            lanes.Store(result + offset, Vector512.FusedMultiplyAdd(lanes.Load(gradient + offset), c.GradientScale, sum));
        }
    }
}

/// <summary>The coefficients of <see cref="ChannelAffineGradient"/>, one of each per set.</summary>
public readonly ref struct GradientCoefficients
{
    /// <summary>What is subtracted from x.</summary>
    public required ReadOnlySpan<float> Center { get; init; }

    /// <summary>What x − center is multiplied by to give x̃.</summary>
    public required ReadOnlySpan<float> Scale { get; init; }

    /// <summary>What dy is multiplied by.</summary>
    public required ReadOnlySpan<float> GradientScale { get; init; }

    /// <summary>What x̃ is multiplied by.</summary>
    public required ReadOnlySpan<float> DeviationScale { get; init; }

    /// <summary>What is added.</summary>
    public required ReadOnlySpan<float> Shift { get; init; }
}
