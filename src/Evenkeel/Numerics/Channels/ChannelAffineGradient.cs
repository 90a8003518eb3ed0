using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>
/// The affine map of (dy, x) of each set: dx = dy·gradientScale + x̃·deviationScale + shift, where x̃ = (x − center)·scale.
/// </summary>
internal static unsafe class ChannelAffineGradient
{
    /// <summary>The coefficients of each set.</summary>
    public readonly ref struct Coefficients
    {
        /// <summary>The value subtracted from x, per set.</summary>
        public required ReadOnlySpan<float> Center { get; init; }

        /// <summary>The factor of x − center that gives x̃, per set.</summary>
        public required ReadOnlySpan<float> Scale { get; init; }

        /// <summary>The factor of dy, per set.</summary>
        public required ReadOnlySpan<float> GradientScale { get; init; }

        /// <summary>The factor of x̃, per set.</summary>
        public required ReadOnlySpan<float> DeviationScale { get; init; }

        /// <summary>The value added, per set.</summary>
        public required ReadOnlySpan<float> Shift { get; init; }

        /// <summary>Throws unless there is one coefficient of each kind per set.</summary>
        public void Check(ChannelView view)
        {
            SpanChecks.Length(Center, view.Sets, "coefficients.Center");
            SpanChecks.Length(Scale, view.Sets, "coefficients.Scale");
            SpanChecks.Length(GradientScale, view.Sets, "coefficients.GradientScale");
            SpanChecks.Length(DeviationScale, view.Sets, "coefficients.DeviationScale");
            SpanChecks.Length(Shift, view.Sets, "coefficients.Shift");
        }
    }

    /// <summary>The coefficients in vectors.</summary>
    public readonly struct Vectors(
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

    /// <summary>The coefficients, pinned for the loop.</summary>
    public readonly struct Pointers(float* center, float* scale, float* gradientScale, float* deviationScale, float* shift)
    {
        /// <summary>The coefficients of one set, in every lane.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vectors Of(int set) => new(
            Vector512.Create(center[set]),
            Vector512.Create(scale[set]),
            Vector512.Create(gradientScale[set]),
            Vector512.Create(deviationScale[set]),
            Vector512.Create(shift[set]));

        /// <summary>The coefficients of the sets from <paramref name="set"/> on, one in each lane.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vectors From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess => new(
            access.Load(center + set),
            access.Load(scale + set),
            access.Load(gradientScale + set),
            access.Load(deviationScale + set),
            access.Load(shift + set));
    }

    /// <summary>The map of one vector.</summary>
    public readonly struct Formula<TGradient>(TGradient gradient, float* x, Pointers coefficients, float* dx) : IChannelMap<Vectors>
        where TGradient : struct, IOutputGradient
    {
        public static bool CrossesRuns => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vectors Blend(Vector512<float> first, in Vectors left, in Vectors right) => new(
            Vector512.ConditionalSelect(first, left.Center, right.Center),
            Vector512.ConditionalSelect(first, left.Scale, right.Scale),
            Vector512.ConditionalSelect(first, left.GradientScale, right.GradientScale),
            Vector512.ConditionalSelect(first, left.DeviationScale, right.DeviationScale),
            Vector512.ConditionalSelect(first, left.Shift, right.Shift));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vectors Of(int set) => coefficients.Of(set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vectors From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess => coefficients.From(access, set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in Vectors c)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> deviation = (access.Load(x + offset) - c.Center) * c.Scale;
            Vector512<float> sum = Fused.MultiplyAdd(deviation, c.DeviationScale, c.Shift);
            access.Store(dx + offset, Fused.MultiplyAdd(gradient.Take(access, offset), c.GradientScale, sum));
        }
    }
}
