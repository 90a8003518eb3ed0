using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The affine map of each set: the forward pass of every normalization.</summary>
internal static unsafe class ChannelAffine
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
        Span<float> y) => Apply(default(GivenCoefficients), x, view, center, scale, shift, default, y);

    /// <summary>Computes y = (x − center)·scale + shift, and what follows in the same sweep, with coefficients from <paramref name="source"/>.</summary>
    internal static void Apply<TSource>(
        TSource source,
        ReadOnlySpan<float> x,
        ChannelView view,
        ReadOnlySpan<float> center,
        ReadOnlySpan<float> scale,
        ReadOnlySpan<float> shift,
        Epilogue epilogue,
        Span<float> y)
        where TSource : ICoefficientSource, allows ref struct
    {
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length(center, view.Sets);
        SpanChecks.Length(scale, view.Sets);
        SpanChecks.Length(shift, view.Sets);
        SpanChecks.Length<float>(y, view.Length);
        SpanChecks.Length(epilogue.Addend, epilogue.Addend.IsEmpty ? 0 : view.Length);
        fixed (float* xs = x, centers = center, scales = scale, shifts = shift, addend = epilogue.Addend, ys = y)
        {
            var pointers = new Pointers(xs, centers, scales, shifts, ys);
            switch (addend is not null, epilogue.Rectifies)
            {
                case (false, false):
                    Run(source, pointers, view, default(Activated<IdentityFunction>));
                    break;
                case (false, true):
                    Run(source, pointers, view, default(Activated<ReluFunction>));
                    break;
                case (true, false):
                    Run(source, pointers, view, new AddedAndActivated<IdentityFunction>(addend));
                    break;
                case (true, true):
                    Run(source, pointers, view, new AddedAndActivated<ReluFunction>(addend));
                    break;
            }
        }
    }

    private static void Run<TSource, TEpilogue>(TSource source, Pointers pointers, ChannelView view, TEpilogue epilogue)
        where TSource : ICoefficientSource, allows ref struct
        where TEpilogue : struct, IEpilogue =>
        source.Map<Formula<TEpilogue>, Coefficients>(new(pointers, epilogue), view, StoreMode.Of(pointers.Y, view, tensors: 2));

    private readonly record struct Coefficients(Vector512<float> Center, Vector512<float> Scale, Vector512<float> Shift);

    private readonly struct Pointers(float* x, float* center, float* scale, float* shift, float* y)
    {
        public readonly float* X = x;
        public readonly float* Center = center;
        public readonly float* Scale = scale;
        public readonly float* Shift = shift;
        public readonly float* Y = y;
    }

    private readonly struct Formula<TEpilogue>(Pointers at, TEpilogue epilogue) : IChannelMap<Coefficients>
        where TEpilogue : struct, IEpilogue
    {
        public static bool GoesAcross => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Coefficients Blend(Vector512<float> first, in Coefficients left, in Coefficients right) => new(
            Vector512.ConditionalSelect(first, left.Center, right.Center),
            Vector512.ConditionalSelect(first, left.Scale, right.Scale),
            Vector512.ConditionalSelect(first, left.Shift, right.Shift));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients Of(int set) => new(
            Vector512.Create(at.Center[set]), Vector512.Create(at.Scale[set]), Vector512.Create(at.Shift[set]));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess =>
            new(access.Load(at.Center + set), access.Load(at.Scale + set), access.Load(at.Shift + set));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in Coefficients c)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> mapped = Vector512.FusedMultiplyAdd(access.Load(at.X + offset) - c.Center, c.Scale, c.Shift);
            access.Store(at.Y + offset, epilogue.Apply(access, offset, mapped));
        }
    }
}
