using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Losses;

/// <summary>A loss ℓ(y, t) of single elements.</summary>
internal interface IElementLoss
{
    /// <summary>∂ℓ/∂y, multiplied by a factor.</summary>
    Vector512<float> Gradient(Vector512<float> y, Vector512<float> t, Vector512<float> factor);

    /// <summary>Adds ℓ to a sum; lanes beyond the end, where y and t are 0, must add zero.</summary>
    Double16 Add<TAccess>(TAccess access, Double16 y, Double16 t, Double16 sum)
        where TAccess : struct, IVectorAccess;
}
