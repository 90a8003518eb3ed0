using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The affine map of each set: y = epilogue((x − center)·scale + shift).</summary>
/// <remarks>
/// Subtracting first keeps a large mean from drowning a small deviation: x − center is exact where x is near the center. The
/// rounding error of the center is part of the shift.
/// </remarks>
internal static unsafe class ChannelAffine
{
    /// <summary>The coefficients of each set.</summary>
    public readonly ref struct Coefficients(ReadOnlySpan<float> center, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift)
    {
        /// <summary>The value subtracted from x, per set.</summary>
        public ReadOnlySpan<float> Center { get; } = center;

        /// <summary>The factor of the difference, per set.</summary>
        public ReadOnlySpan<float> Scale { get; } = scale;

        /// <summary>The value added, per set.</summary>
        public ReadOnlySpan<float> Shift { get; } = shift;

        /// <summary>Throws unless there is one coefficient of each kind per set.</summary>
        public void Check(ChannelView view)
        {
            SpanChecks.Length(Center, view.Sets, "coefficients.Center");
            SpanChecks.Length(Scale, view.Sets, "coefficients.Scale");
            SpanChecks.Length(Shift, view.Sets, "coefficients.Shift");
        }
    }

    /// <summary>The coefficients in vectors.</summary>
    public readonly record struct Vectors(Vector512<float> Center, Vector512<float> Scale, Vector512<float> Shift);

    /// <summary>The operands, pinned for the loop.</summary>
    public readonly struct Pointers(float* x, float* center, float* scale, float* shift, float* y)
    {
        public readonly float* X = x;
        public readonly float* Center = center;
        public readonly float* Scale = scale;
        public readonly float* Shift = shift;
        public readonly float* Y = y;
    }

    /// <summary>The map of one vector.</summary>
    public readonly struct Formula<TEpilogue>(Pointers at, TEpilogue epilogue) : IChannelMap<Vectors>
        where TEpilogue : struct, IEpilogue
    {
        public static bool CrossesRuns => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vectors Blend(Vector512<float> first, in Vectors left, in Vectors right) => new(
            Vector512.ConditionalSelect(first, left.Center, right.Center),
            Vector512.ConditionalSelect(first, left.Scale, right.Scale),
            Vector512.ConditionalSelect(first, left.Shift, right.Shift));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vectors Of(int set) => new(
            Vector512.Create(at.Center[set]), Vector512.Create(at.Scale[set]), Vector512.Create(at.Shift[set]));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vectors From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess =>
            new(access.Load(at.Center + set), access.Load(at.Scale + set), access.Load(at.Shift + set));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in Vectors c)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> mapped = Fused.MultiplyAdd(access.Load(at.X + offset) - c.Center, c.Scale, c.Shift);
            access.Store(at.Y + offset, epilogue.Apply(access, offset, mapped));
        }
    }
}
