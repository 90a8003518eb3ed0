using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>The map of some neighbouring sets beside the reduction of later ones, which lie so many elements behind them.</summary>
/// <param name="Map">The map.</param>
/// <param name="First">The first of the mapped sets.</param>
/// <param name="Distance">How far behind them those that are reduced lie.</param>
internal readonly record struct MapBefore<TAccess, TFormula, TCoefficients>(RunMap<TAccess, TFormula, TCoefficients> Map, int First, nint Distance)
    where TAccess : struct, IVectorAccess
    where TFormula : struct, IChannelMap<TCoefficients>
    where TCoefficients : struct;
