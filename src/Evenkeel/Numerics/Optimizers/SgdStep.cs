using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Optimizers;

/// <summary>The update steps of gradient descent.</summary>
internal static unsafe class SgdStep
{
    /// <summary>w ← w − rate·(g + decay·w).</summary>
    public static void Step(Span<float> weights, ReadOnlySpan<float> gradient, float rate, float decay)
    {
        SpanChecks.Length(gradient, weights.Length);
        fixed (float* w = weights, g = gradient)
        {
            Elementwise.Run(new Plain(w, g, rate, decay), weights.Length);
        }
    }

    /// <summary>g ← gradient + decay·w; v ← momentum·v + g; w ← w − rate·v, or w − rate·(g + momentum·v) for Nesterov's.</summary>
    public static void StepWithMomentum(
        Span<float> weights, ReadOnlySpan<float> gradient, Span<float> velocity, float rate, float decay, float momentum, bool nesterov)
    {
        SpanChecks.Length(gradient, weights.Length);
        SpanChecks.Length<float>(velocity, weights.Length);
        fixed (float* w = weights, g = gradient, v = velocity)
        {
            Elementwise.Run(new Momentum(w, g, v, rate, decay, momentum, nesterov), weights.Length);
        }
    }

    private readonly struct Plain(float* weights, float* gradient, float rate, float decay) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> w = access.Load(weights + offset);
            Vector512<float> g = Fused.MultiplyAdd(Vector512.Create(decay), w, access.Load(gradient + offset));
            access.Store(weights + offset, Fused.MultiplyAdd(Vector512.Create(-rate), g, w));
        }
    }

    private readonly struct Momentum(
        float* weights, float* gradient, float* velocity, float rate, float decay, float momentum, bool nesterov) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> kept = Vector512.Create(momentum);
            Vector512<float> w = access.Load(weights + offset);
            Vector512<float> g = Fused.MultiplyAdd(Vector512.Create(decay), w, access.Load(gradient + offset));
            Vector512<float> v = Fused.MultiplyAdd(kept, access.Load(velocity + offset), g);
            Vector512<float> step = nesterov ? Fused.MultiplyAdd(kept, v, g) : v;
            access.Store(velocity + offset, v);
            access.Store(weights + offset, Fused.MultiplyAdd(Vector512.Create(-rate), step, w));
        }
    }
}
