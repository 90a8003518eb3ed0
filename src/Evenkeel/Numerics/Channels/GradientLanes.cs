using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Channels;

/// <summary>The coefficients of a gradient's affine map, in vectors (see <see cref="GradientCoefficients"/>).</summary>
internal readonly struct GradientLanes(
    Vector512<float> center,
    Vector512<float> scale,
    Vector512<float> gradientScale,
    Vector512<float> deviationScale,
    Vector512<float> shift)
{
    public readonly Vector512<float> Center = center;
    public readonly Vector512<float> Scale = scale;
    public readonly Vector512<float> GradientScale = gradientScale;
    public readonly Vector512<float> DeviationScale = deviationScale;
    public readonly Vector512<float> Shift = shift;

    /// <summary>Those of one set in the lanes whose bits are set, of another in the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static GradientLanes Blend(Vector512<float> first, in GradientLanes left, in GradientLanes right) => new(
        Vector512.ConditionalSelect(first, left.Center, right.Center),
        Vector512.ConditionalSelect(first, left.Scale, right.Scale),
        Vector512.ConditionalSelect(first, left.GradientScale, right.GradientScale),
        Vector512.ConditionalSelect(first, left.DeviationScale, right.DeviationScale),
        Vector512.ConditionalSelect(first, left.Shift, right.Shift));
}
