using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>Maps neighbouring sets whose coefficients are built.</summary>
internal readonly struct SetMap<TFormula, TCoefficients>(TFormula formula, ChannelView view, StoreMode mode)
    where TFormula : struct, IChannelMap<TCoefficients>
    where TCoefficients : struct
{
    private readonly ReductionBlocking _grid = new(view);

    /// <summary>Maps <paramref name="count"/> sets from <paramref name="first"/> on, block by block.</summary>
    public void Invoke(int first, int count)
    {
        if (mode.Stream)
        {
            Invoke(default(NonTemporalVector), first, count);
        }
        else
        {
            Invoke(default(FullVector), first, count);
        }
    }

    /// <summary>Maps the sets with a given kind of store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke<TAccess>(TAccess access, int first, int count)
        where TAccess : struct, IVectorAccess
    {
        var map = new RunMap<TAccess, TFormula, TCoefficients>(access, formula, mode);
        bool across = _grid.View.Inner <= ReductionBlocking.Elements
            && RunMap<TAccess, TFormula, TCoefficients>.CrossesRuns(_grid.View.Inner);
        int together = across ? count : 1;
        for (int block = 0; block < _grid.Blocks; block++)
        {
            (nint offset, int runs, nint position, int length) = _grid.RunsOf(first, block);
            for (int run = 0; run < runs; run++, offset += _grid.RunStride)
            {
                for (int i = 0; i < count; i += together)
                {
                    map.Invoke(first + i, together, offset + i * (nint)_grid.View.Inner, position, length);
                }
            }
        }
    }
}
