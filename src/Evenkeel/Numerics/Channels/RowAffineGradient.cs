using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The affine map of (dy, x) of each set where weights differ from element to element: layer normalization's backward pass.</summary>
internal static unsafe class RowAffineGradient
{
    /// <summary>Computes dx = dy·weight·gradientScale + x̃·deviationScale + shift, where x̃ = (x − center)·scale.</summary>
    /// <param name="gradient">dy, laid out as <paramref name="view"/> says.</param>
    /// <param name="x">x, laid out likewise.</param>
    /// <param name="view">The shape, of one channel: each part is a set.</param>
    /// <param name="coefficients">The coefficients of each set.</param>
    /// <param name="weight">The weights, one per position within a set.</param>
    /// <param name="result">Receives dx; may be <paramref name="gradient"/> or <paramref name="x"/> itself.</param>
    public static void Apply(
        ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> x,
        ChannelView view,
        in GradientCoefficients coefficients,
        ReadOnlySpan<float> weight,
        Span<float> result) => Apply(default(GivenCoefficients), gradient, x, view, coefficients, weight, result);

    /// <summary>The same with coefficients from <paramref name="source"/>.</summary>
    public static void Apply<TSource>(
        TSource source,
        ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> x,
        ChannelView view,
        in GradientCoefficients coefficients,
        ReadOnlySpan<float> weight,
        Span<float> result)
        where TSource : ICoefficientSource, allows ref struct
    {
        view.CheckRows(nameof(view));
        SpanChecks.Length(gradient, view.Length);
        SpanChecks.Length(x, view.Length);
        coefficients.Check(view);
        SpanChecks.Length(weight, view.Inner);
        SpanChecks.Length<float>(result, view.Length);
        fixed (float* dy = gradient, xs = x, weights = weight, dx = result)
        fixed (float* center = coefficients.Center, scale = coefficients.Scale, shift = coefficients.Shift)
        fixed (float* gradientScale = coefficients.GradientScale, deviationScale = coefficients.DeviationScale)
        {
            var pointers = new GradientPointers(center, scale, gradientScale, deviationScale, shift);
            source.Map<Formula, GradientLanes>(new(dy, xs, pointers, weights, dx), view, StoreMode.Of(dx, view, tensors: 3));
        }
    }

    private readonly struct Formula(float* gradient, float* x, GradientPointers coefficients, float* weight, float* result)
        : IChannelMap<GradientLanes>
    {
        public GradientLanes Of(int set) => coefficients.Of(set);

        public GradientLanes From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess => Of(set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in GradientLanes c)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> deviation = (access.Load(x + offset) - c.Center) * c.Scale;
            Vector512<float> weighted = access.Load(gradient + offset) * access.Load(weight + position);
            Vector512<float> sum = Vector512.FusedMultiplyAdd(deviation, c.DeviationScale, c.Shift);
            access.Store(result + offset, Vector512.FusedMultiplyAdd(weighted, c.GradientScale, sum));
        }
    }
}
