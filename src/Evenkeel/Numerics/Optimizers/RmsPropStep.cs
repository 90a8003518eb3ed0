using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Optimizers;

/// <summary>The update step of RMSProp.</summary>
internal static unsafe class RmsPropStep
{
    /// <summary>
    /// g ← gradient + decay·w; v ← αv + (1 − α)g²; d ← g/(√v + ε), or g/(√(v − m²) + ε) where m ← αm + (1 − α)g if it is centered;
    /// w ← w − rate·d, or w − rate·b where b ← momentum·b + d with momentum.
    /// </summary>
    /// <param name="weights">w.</param>
    /// <param name="gradient">The gradient.</param>
    /// <param name="square">v.</param>
    /// <param name="mean">m; empty if it is not centered.</param>
    /// <param name="velocity">b; empty without momentum.</param>
    /// <param name="settings">The coefficients.</param>
    public static void Step(
        Span<float> weights,
        ReadOnlySpan<float> gradient,
        Span<float> square,
        Span<float> mean,
        Span<float> velocity,
        in Settings settings)
    {
        SpanChecks.Length(gradient, weights.Length);
        SpanChecks.Length<float>(square, weights.Length);
        fixed (float* w = weights, g = gradient, v = square, m = mean, b = velocity)
        {
            Elementwise.Run(new Formula(w, g, v, m, b, settings), weights.Length);
        }
    }

    /// <summary>The coefficients of one step; NewWeight is 1 − α, rounded from double precision.</summary>
    public readonly record struct Settings(float Rate, float Alpha, float NewWeight, float Epsilon, float Decay, float Momentum);

    private readonly struct Formula(
        float* weights, float* gradient, float* square, float* mean, float* velocity, Settings s) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> w = access.Load(weights + offset);
            Vector512<float> g = Fused.MultiplyAdd(Vector512.Create(s.Decay), w, access.Load(gradient + offset));
            Vector512<float> v = Fused.MultiplyAdd(
                Vector512.Create(s.Alpha), access.Load(square + offset), Vector512.Create(s.NewWeight) * g * g);
            access.Store(square + offset, v);
            if (mean != null)
            {
                Vector512<float> m = Fused.MultiplyAdd(
                    Vector512.Create(s.Alpha), access.Load(mean + offset), Vector512.Create(s.NewWeight) * g);
                access.Store(mean + offset, m);
                v = Vector512.Max(v - m * m, Vector512<float>.Zero); // rounding may take it below 0
            }

            Vector512<float> step = g / (Vector512.Sqrt(v) + Vector512.Create(s.Epsilon));
            if (velocity != null)
            {
                step = Fused.MultiplyAdd(Vector512.Create(s.Momentum), access.Load(velocity + offset), step);
                access.Store(velocity + offset, step);
            }

            access.Store(weights + offset, Fused.MultiplyAdd(Vector512.Create(-s.Rate), step, w));
        }
    }
}
