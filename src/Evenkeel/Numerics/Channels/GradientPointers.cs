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
    public GradientLanes From<TLanes>(TLanes lanes, int set)
        where TLanes : struct, ILanes => new(
        lanes.Load(center + set),
        lanes.Load(scale + set),
        lanes.Load(gradientScale + set),
        lanes.Load(deviationScale + set),
        lanes.Load(shift + set));
}
