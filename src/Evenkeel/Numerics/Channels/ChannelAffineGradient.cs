using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The affine map of (dy, x) of each set: the backward pass of every normalization.</summary>
internal static unsafe class ChannelAffineGradient
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
        Apply(default(GivenCoefficients), new OutputGradient(gradient), x, view, coefficients, result);

    /// <summary>The same with coefficients from <paramref name="source"/> and a gradient that may have to be taken through a ReLU first.</summary>
    internal static void Apply<TSource>(
        TSource source,
        OutputGradient gradient,
        ReadOnlySpan<float> x,
        ChannelView view,
        in GradientCoefficients coefficients,
        Span<float> result)
        where TSource : ICoefficientSource, allows ref struct
    {
        SpanChecks.Length(gradient.Given, view.Length, nameof(gradient));
        SpanChecks.Length(x, view.Length);
        coefficients.Check(view);
        SpanChecks.Length<float>(result, view.Length);
        fixed (float* given = gradient.Given, output = gradient.Output, mapped = gradient.Mapped, xs = x, dx = result)
        fixed (float* center = coefficients.Center, scale = coefficients.Scale, shift = coefficients.Shift)
        fixed (float* gradientScale = coefficients.GradientScale, deviationScale = coefficients.DeviationScale)
        {
            var pointers = new GradientPointers(center, scale, gradientScale, deviationScale, shift);
            if (gradient.IsTakenAnew)
            {
                var gated = new GatedGradient<ReluFunction>(given, output);
                source.Map<Formula<GatedGradient<ReluFunction>>, GradientLanes>(
                    new(gated, xs, pointers, dx), view, StoreMode.Of(dx, view, tensors: 4));
            }
            else
            {
                source.Map<Formula<GivenGradient>, GradientLanes>(
                    new(new(mapped), xs, pointers, dx), view, StoreMode.Of(dx, view, tensors: 3));
            }
        }
    }

    private readonly struct Formula<TGradient>(TGradient gradient, float* x, GradientPointers coefficients, float* result)
        : IChannelMap<GradientLanes>
        where TGradient : struct, IOutputGradient
    {
        public static bool GoesAcross => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static GradientLanes Blend(Vector512<float> first, in GradientLanes left, in GradientLanes right) =>
            GradientLanes.Blend(first, left, right);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public GradientLanes Of(int set) => coefficients.Of(set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public GradientLanes From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess => coefficients.From(access, set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in GradientLanes c)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> deviation = (access.Load(x + offset) - c.Center) * c.Scale;
            Vector512<float> sum = Vector512.FusedMultiplyAdd(deviation, c.DeviationScale, c.Shift);
            access.Store(result + offset, Vector512.FusedMultiplyAdd(gradient.Take(access, offset), c.GradientScale, sum));
        }
    }
}
