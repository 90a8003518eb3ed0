using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>
/// The affine map of (dy, x) of each row, with a weight per position: dx = dy·weight·gradientScale + x̃·deviationScale + shift,
/// where x̃ = (x − center)·scale.
/// </summary>
internal readonly unsafe struct RowAffineGradient(
    float* dy, float* x, ChannelAffineGradient.Pointers coefficients, float* weight, float* dx)
    : IChannelMap<ChannelAffineGradient.Vectors>
{
    public ChannelAffineGradient.Vectors Of(int set) => coefficients.Of(set);

    public ChannelAffineGradient.Vectors From<TAccess>(TAccess access, int set)
        where TAccess : struct, IVectorAccess => Of(set);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<TAccess>(TAccess access, nint offset, nint position, in ChannelAffineGradient.Vectors c)
        where TAccess : struct, IVectorAccess
    {
        Vector512<float> deviation = (access.Load(x + offset) - c.Center) * c.Scale;
        Vector512<float> weighted = access.Load(dy + offset) * access.Load(weight + position);
        Vector512<float> sum = Fused.MultiplyAdd(deviation, c.DeviationScale, c.Shift);
        access.Store(dx + offset, Fused.MultiplyAdd(weighted, c.GradientScale, sum));
    }
}
