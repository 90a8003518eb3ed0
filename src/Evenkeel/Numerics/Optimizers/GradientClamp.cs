using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Optimizers;

/// <summary>Limits each element.</summary>
internal static unsafe class GradientClamp
{
    /// <summary>g ← min(max(g, −limit), limit); NaN stays.</summary>
    public static void Apply(Span<float> gradient, float limit)
    {
        fixed (float* g = gradient)
        {
            Elementwise.Run(new Formula(g, limit), gradient.Length);
        }
    }

    private readonly struct Formula(float* gradient, float limit) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> g = access.Load(gradient + offset);
            access.Store(gradient + offset, Vector512.Min(Vector512.Max(g, Vector512.Create(-limit)), Vector512.Create(limit)));
        }
    }
}
