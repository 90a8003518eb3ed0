using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Optimizers;

/// <summary>The update step of Adam and AdamW.</summary>
internal static unsafe class AdamStep
{
    /// <summary>
    /// g ← gradient + decay·w; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; w ← kept·w − rate·m/(√v·rootScale + ε).
    /// </summary>
    public static void Step(
        Span<float> weights, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, in Settings settings)
    {
        SpanChecks.Length(gradient, weights.Length);
        SpanChecks.Length<float>(first, weights.Length);
        SpanChecks.Length<float>(second, weights.Length);
        fixed (float* w = weights, g = gradient, m = first, v = second)
        {
            Elementwise.Run(new Formula(w, g, m, v, settings), weights.Length);
        }
    }

    /// <summary>
    /// The coefficients of one step. FirstWeight and SecondWeight are 1 − β₁ and 1 − β₂, rounded from double precision;
    /// <paramref name="Rate"/> and <paramref name="RootScale"/> include the bias corrections. Adam has <paramref name="Kept"/> = 1, AdamW
    /// <paramref name="Decay"/> = 0.
    /// </summary>
    public readonly record struct Settings(
        float Rate,
        float RootScale,
        float Beta1,
        float FirstWeight,
        float Beta2,
        float SecondWeight,
        float Epsilon,
        float Decay,
        float Kept);

    private readonly struct Formula(float* weights, float* gradient, float* first, float* second, Settings s) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> w = access.Load(weights + offset);
            Vector512<float> g = Fused.MultiplyAdd(Vector512.Create(s.Decay), w, access.Load(gradient + offset));

            // Not m + (1 − β₁)(g − m): with a small β, the difference would lose digits of the new gradient.
            Vector512<float> m = Fused.MultiplyAdd(
                Vector512.Create(s.Beta1), access.Load(first + offset), Vector512.Create(s.FirstWeight) * g);
            Vector512<float> v = Fused.MultiplyAdd(
                Vector512.Create(s.Beta2), access.Load(second + offset), Vector512.Create(s.SecondWeight) * g * g);
            Vector512<float> divisor =
                Fused.MultiplyAdd(Vector512.Sqrt(v), Vector512.Create(s.RootScale), Vector512.Create(s.Epsilon));
            access.Store(first + offset, m);
            access.Store(second + offset, v);
            access.Store(weights + offset, Fused.MultiplyAdd(Vector512.Create(-s.Rate), m / divisor, w * s.Kept));
        }
    }
}
