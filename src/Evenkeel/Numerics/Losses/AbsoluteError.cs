using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Losses;

/// <summary>ℓ = |y − t|, with the derivative 0 where y = t.</summary>
internal readonly struct AbsoluteError : IElementLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Gradient(Vector512<float> y, Vector512<float> t, Vector512<float> factor)
    {
        Vector512<float> difference = y - t;
        return Vector512.ConditionalSelect(
            Vector512.GreaterThan(difference, Vector512<float>.Zero),
            factor,
            Vector512.ConditionalSelect(Vector512.LessThan(difference, Vector512<float>.Zero), -factor, difference));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Add<TAccess>(TAccess access, Double16 y, Double16 t, Double16 sum)
        where TAccess : struct, IVectorAccess => sum + Double16.Abs(y - t);
}
