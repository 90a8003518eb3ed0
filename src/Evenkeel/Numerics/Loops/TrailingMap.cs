using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>The map of neighbouring sets that is interleaved with the reduction of later ones.</summary>
/// <param name="Map">The map.</param>
/// <param name="First">The first of the mapped sets.</param>
/// <param name="Distance">The distance in elements from the mapped sets to the reduced ones.</param>
internal readonly record struct TrailingMap<TAccess, TFormula, TCoefficients>(
    RunMap<TAccess, TFormula, TCoefficients> Map, int First, nint Distance)
    where TAccess : struct, IVectorAccess
    where TFormula : struct, IChannelMap<TCoefficients>
    where TCoefficients : struct;
