using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Losses;

/// <summary>
/// ℓ = −p·t·log σ(y) − (1 − t)·log σ(−y), computed as (1 − t)·y + (1 + (p − 1)·t)·(log(1 + e^−|y|) + max(−y, 0)), which does not
/// overflow. The derivative is (1 − t)·σ(y) − p·t·σ(−y).
/// </summary>
/// <param name="positiveWeight">p.</param>
internal readonly struct LogisticError(float positiveWeight) : IElementLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Gradient(Vector512<float> y, Vector512<float> t, Vector512<float> factor) => factor
        * ((Vector512<float>.One - t) * ElementaryFunctions.Sigmoid(y) - positiveWeight * t * ElementaryFunctions.Sigmoid(-y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Add<TAccess>(TAccess access, Double16 y, Double16 t, Double16 sum)
        where TAccess : struct, IVectorAccess
    {
        var one = Double16.Create(1);
        Double16 size = Double16.Abs(y);
        Double16 negative = (size - y) * Double16.Create(0.5); // max(−y, 0), exactly
        Double16 logistic = Double16.LogOfSum(one, Double16.ExpMinus(-size, default)) + negative;
        Double16 loss = (one - t) * y + (one + Double16.Create(positiveWeight - 1) * t) * logistic;
        return sum + access.Mask(loss);
    }
}
