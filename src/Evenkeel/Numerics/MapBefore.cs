using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics;

/// <summary>The map of some neighbouring sets beside the reduction of later ones, which lie so many elements behind them.</summary>
internal readonly struct MapBefore<TLanes, TFormula, TCoefficients>(TLanes lanes, TFormula formula, int set, nint distance)
    where TLanes : struct, ILanes
    where TFormula : struct, IChannelMap<TCoefficients>
    where TCoefficients : struct
{
    /// <summary>The coefficients of one of the sets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TCoefficients Coefficients(int index) => formula.Of(set + index);

    /// <summary>Maps the lanes that lie before those at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke(nint offset, nint position, in TCoefficients coefficients) =>
        formula.Invoke(lanes, offset - distance, position, coefficients);

    /// <summary>Maps the first lanes that lie before those at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke(FirstLanes tail, nint offset, nint position, in TCoefficients coefficients) =>
        formula.Invoke(tail, offset - distance, position, coefficients);
}
