using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Losses;

/// <summary>ℓ = (y − t)².</summary>
internal readonly struct SquaredError : IElementLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Gradient(Vector512<float> y, Vector512<float> t, Vector512<float> factor) => (y - t) * (factor + factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Add<TAccess>(TAccess access, Double16 y, Double16 t, Double16 sum)
        where TAccess : struct, IVectorAccess
    {
        Double16 difference = y - t;
        return Double16.FusedMultiplyAdd(difference, difference, sum);
    }
}
