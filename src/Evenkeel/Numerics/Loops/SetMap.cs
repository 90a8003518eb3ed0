using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>Maps neighbouring sets that are prepared.</summary>
internal readonly struct SetMap<TFormula, TCoefficients>(TFormula formula, ChannelView view, Stores stores)
    where TFormula : struct, IChannelMap<TCoefficients>
    where TCoefficients : struct
{
    private readonly BlockGrid _grid = new(view);

    /// <summary>Maps so many sets from the first on, block by block.</summary>
    public void Invoke(int first, int count)
    {
        if (stores.Stream)
        {
            Invoke(default(StreamedLanes), first, count);
        }
        else
        {
            Invoke(default(AllLanes), first, count);
        }
    }

    /// <summary>The same with lanes that store as the strategy says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke<TLanes>(TLanes lanes, int first, int count)
        where TLanes : struct, ILanes
    {
        var map = new RunMap<TLanes, TFormula, TCoefficients>(lanes, formula, stores);
        bool across = _grid.View.Inner <= BlockGrid.Elements && RunMap<TLanes, TFormula, TCoefficients>.GoesAcross(_grid.View.Inner);
        int together = across ? count : 1;
        for (int set = first; set < first + count; set += together)
        {
            for (int block = 0; block < _grid.Blocks; block++)
            {
                (nint offset, int runs, nint position, int length) = _grid.RunsOf(set, block);
                for (int run = 0; run < runs; run++, offset += _grid.RunStride)
                {
                    map.Invoke(set, together, offset, position, length);
                }
            }
        }
    }
}
