using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics;

/// <summary>The affine map of each set: the forward pass of every normalization.</summary>
public static unsafe class ChannelAffine
{
    /// <summary>Computes y = (x − center)·scale + shift with the coefficients of each element's set.</summary>
    /// <remarks>
    /// Subtracting first is what keeps a large mean from drowning a small deviation: x − center is exact where x is
    /// near the center, and what the rounded center leaves of the true mean belongs into the shift.
    /// </remarks>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape.</param>
    /// <param name="center">What is subtracted, per set.</param>
    /// <param name="scale">What the difference is multiplied by, per set.</param>
    /// <param name="shift">What is added, per set.</param>
    /// <param name="y">Receives the result; may be <paramref name="x"/> itself.</param>
    /// <exception cref="ArgumentException">A span does not have the view's length.</exception>
    public static void Apply(
        ReadOnlySpan<float> x,
        ChannelView view,
        ReadOnlySpan<float> center,
        ReadOnlySpan<float> scale,
        ReadOnlySpan<float> shift,
        Span<float> y)
    {
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length(center, view.Sets);
        SpanChecks.Length(scale, view.Sets);
        SpanChecks.Length(shift, view.Sets);
        SpanChecks.Length<float>(y, view.Length);
        fixed (float* xs = x, centers = center, scales = scale, shifts = shift, ys = y)
        {
            ChannelMap.Run<Formula, Coefficients>(new Formula(xs, centers, scales, shifts, ys), view);
        }
    }

    private readonly record struct Coefficients(Vector512<float> Center, Vector512<float> Scale, Vector512<float> Shift);

    private readonly struct Formula(float* x, float* center, float* scale, float* shift, float* y) : IChannelMap<Coefficients>
    {
        public Coefficients Of(int set) => new(
            Vector512.Create(center[set]), Vector512.Create(scale[set]), Vector512.Create(shift[set]));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients From<TLanes>(TLanes lanes, int set)
            where TLanes : struct, ILanes =>
            new(lanes.Load(center + set), lanes.Load(scale + set), lanes.Load(shift + set));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(TLanes lanes, nint offset, nint position, in Coefficients c)
            where TLanes : struct, ILanes =>
            lanes.Store(y + offset, Vector512.FusedMultiplyAdd(lanes.Load(x + offset) - c.Center, c.Scale, c.Shift));
    }
}
