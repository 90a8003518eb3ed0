using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Losses;

/// <summary>ℓ = q·(|y − t| − q/2) with q = min(|y − t|, δ): ½(y − t)² up to δ, and linear beyond.</summary>
/// <param name="delta">δ.</param>
internal readonly struct HuberError(float delta) : IElementLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Gradient(Vector512<float> y, Vector512<float> t, Vector512<float> factor) =>
        Lanes.AtMost(Lanes.AtLeast(y - t, -delta), delta) * factor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Add<TAccess>(TAccess access, Double16 y, Double16 t, Double16 sum)
        where TAccess : struct, IVectorAccess
    {
        Double16 size = Double16.Abs(y - t), quadratic = Double16.MinNumber(size, Double16.Create(delta));
        return sum + quadratic * (size - quadratic * Double16.Create(0.5));
    }
}
