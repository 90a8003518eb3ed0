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
        ReadOnlySpan<float> gradient, ReadOnlySpan<float> x, ChannelView view, in GradientCoefficients coefficients, Span<float> result) =>
        Apply(default(GivenCoefficients), gradient, x, view, coefficients, result);

    /// <summary>The same with coefficients from <paramref name="source"/>.</summary>
    internal static void Apply<TSource>(
        TSource source,
        ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> x,
        ChannelView view,
        in GradientCoefficients coefficients,
        Span<float> result)
        where TSource : ICoefficientSource, allows ref struct
    {
        SpanChecks.Length(gradient, view.Length);
        SpanChecks.Length(x, view.Length);
        coefficients.Check(view);
        SpanChecks.Length<float>(result, view.Length);
        fixed (float* dy = gradient, xs = x, dx = result)
        fixed (float* center = coefficients.Center, scale = coefficients.Scale, shift = coefficients.Shift)
        fixed (float* gradientScale = coefficients.GradientScale, deviationScale = coefficients.DeviationScale)
        {
            var pointers = new GradientPointers(center, scale, gradientScale, deviationScale, shift);
            source.Map<Formula, GradientLanes>(new(dy, xs, pointers, dx), view, Stores.Of(dx, view, tensors: 3));
        }
    }

    private readonly struct Formula(float* gradient, float* x, GradientPointers coefficients, float* result) : IChannelMap<GradientLanes>
    {
        public GradientLanes Of(int set) => coefficients.Of(set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public GradientLanes From<TLanes>(TLanes lanes, int set)
            where TLanes : struct, ILanes => coefficients.From(lanes, set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(TLanes lanes, nint offset, nint position, in GradientLanes c)
            where TLanes : struct, ILanes
        {
            Vector512<float> deviation = (lanes.Load(x + offset) - c.Center) * c.Scale;
            Vector512<float> sum = Vector512.FusedMultiplyAdd(deviation, c.DeviationScale, c.Shift);
            lanes.Store(result + offset, Vector512.FusedMultiplyAdd(lanes.Load(gradient + offset), c.GradientScale, sum));
        }
    }
}
