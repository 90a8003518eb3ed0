using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The affine map of each set, followed by weights that differ from element to element: layer normalization's forward pass.</summary>
internal static unsafe class RowAffine
{
    /// <summary>Computes y = ((x − center)·scale + shift)·weight + bias.</summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape, of one channel: each part is a set.</param>
    /// <param name="center">What is subtracted, per set.</param>
    /// <param name="scale">What the difference is multiplied by, per set.</param>
    /// <param name="shift">What is added, per set.</param>
    /// <param name="weight">The weights, one per position within a set.</param>
    /// <param name="bias">What is added in the end, one per position within a set.</param>
    /// <param name="y">Receives the result; may be <paramref name="x"/> itself.</param>
    public static void Apply(
        ReadOnlySpan<float> x,
        ChannelView view,
        ReadOnlySpan<float> center,
        ReadOnlySpan<float> scale,
        ReadOnlySpan<float> shift,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        Span<float> y) => Apply(default(GivenCoefficients), x, view, center, scale, shift, weight, bias, y);

    /// <summary>The same with coefficients from <paramref name="source"/>.</summary>
    public static void Apply<TSource>(
        TSource source,
        ReadOnlySpan<float> x,
        ChannelView view,
        ReadOnlySpan<float> center,
        ReadOnlySpan<float> scale,
        ReadOnlySpan<float> shift,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        Span<float> y)
        where TSource : ICoefficientSource, allows ref struct
    {
        view.CheckRows(nameof(view));
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length(center, view.Sets);
        SpanChecks.Length(scale, view.Sets);
        SpanChecks.Length(shift, view.Sets);
        SpanChecks.Length(weight, view.Inner);
        SpanChecks.Length(bias, view.Inner);
        SpanChecks.Length<float>(y, view.Length);
        fixed (float* xs = x, centers = center, scales = scale, shifts = shift, weights = weight, biases = bias, ys = y)
        {
            source.Map<Formula, Coefficients>(new(xs, centers, scales, shifts, weights, biases, ys), view, StoreMode.Of(ys, view, tensors: 2));
        }
    }

    private readonly record struct Coefficients(Vector512<float> Center, Vector512<float> Scale, Vector512<float> Shift);

    private readonly struct Formula(float* x, float* center, float* scale, float* shift, float* weight, float* bias, float* y)
        : IChannelMap<Coefficients>
    {
        public Coefficients Of(int set) => new(
            Vector512.Create(center[set]), Vector512.Create(scale[set]), Vector512.Create(shift[set]));

        public Coefficients From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess => Of(set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in Coefficients c)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> normalized = Vector512.FusedMultiplyAdd(access.Load(x + offset) - c.Center, c.Scale, c.Shift);
            access.Store(
                y + offset, Vector512.FusedMultiplyAdd(normalized, access.Load(weight + position), access.Load(bias + position)));
        }
    }
}
