using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The coefficients of a gradient's affine map, pinned for the loop (see <see cref="GradientCoefficients"/>).</summary>
internal readonly unsafe struct GradientPointers(
    float* center, float* scale, float* gradientScale, float* deviationScale, float* shift)
{
    /// <summary>The coefficients of one set, in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GradientLanes Of(int set) => new(
        Vector512.Create(center[set]),
        Vector512.Create(scale[set]),
        Vector512.Create(gradientScale[set]),
        Vector512.Create(deviationScale[set]),
        Vector512.Create(shift[set]));

    /// <summary>The coefficients of the sets from <paramref name="set"/> on, one in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GradientLanes From<TAccess>(TAccess access, int set)
        where TAccess : struct, IVectorAccess => new(
        access.Load(center + set),
        access.Load(scale + set),
        access.Load(gradientScale + set),
        access.Load(deviationScale + set),
        access.Load(shift + set));
}
