using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>y = f(mapped).</summary>
internal readonly struct Activated<TActivation> : IEpilogue
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Apply<TAccess>(TAccess access, nint offset, Vector512<float> mapped)
        where TAccess : struct, IVectorAccess => TActivation.Value(mapped);
}
