using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>A formula applied to runs that lie side by side, in whole lines of the cache from the first line that begins among them.</summary>
/// <remarks>
/// A vector that lies across the seam of two runs has the coefficients of both, lane by lane, where the formula knows how
/// (<see cref="IChannelMap{TCoefficients}.GoesAcross"/>). Only the ends are left to parts of a vector.
/// </remarks>
internal readonly struct RunMap<TAccess, TFormula, TCoefficients>(TAccess access, TFormula formula, StoreMode mode)
    where TAccess : struct, IVectorAccess
    where TFormula : struct, IChannelMap<TCoefficients>
    where TCoefficients : struct
{
    /// <summary>Whether a vector may lie across the seam of two runs of that length: of two, not more.</summary>
    public static bool GoesAcross(int length) => TFormula.GoesAcross && length >= FullVector.Count;

    /// <summary>Whether vectors from the first element of a run on are as good as any: no line of the cache is written in two parts, or any may be.</summary>
    public bool TakesRunsAlone(int length) =>
        (length % MemoryStrategy.Line == 0 && mode.BeforeLine(0) == 0) || (typeof(TAccess) == typeof(FullVector) && !GoesAcross(length));

    /// <summary>The coefficients of a set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TCoefficients Of(int set) => formula.Of(set);

    /// <summary>Maps a vector of a run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(nint offset, nint position, in TCoefficients coefficients) => formula.Invoke(access, offset, position, coefficients);

    /// <summary>Maps what is left of a run together with the first elements of the next, and returns where that ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Across(nint offset, nint end, in TCoefficients coefficients, in TCoefficients next)
    {
        if (offset == end)
        {
            return end;
        }

        formula.Invoke(access, offset, 0, TFormula.Blend(new MaskedVector((int)(end - offset)).Inside, coefficients, next));
        return offset + FullVector.Count;
    }

    /// <summary>Maps what lies before the first line that begins in a run, and returns where that is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Begin(int set, nint offset, nint position, nint end)
    {
        nint line = Math.Min(offset + mode.BeforeLine(offset), end);
        End(set, offset, position, line);
        return line;
    }

    /// <summary>Maps what is left of a run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void End(int set, nint offset, nint position, nint end)
    {
        if (offset < end)
        {
            Part(formula, set, offset, position, new MaskedVector((int)(end - offset)));
        }
    }

    /// <summary>Maps the runs of some neighbouring sets, each from a position on so many elements; more than one where it goes across.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke(int set, int count, nint offset, nint position, int length)
    {
        nint start = offset - position, end = offset + length;
        offset = Begin(set, offset, position, end);
        if (count == 1)
        {
            offset = Whole(formula, access, set, offset, offset - start, end);
            End(set, offset, offset - start, end);
            return;
        }

        TCoefficients coefficients = Of(set);
        while (true)
        {
            for (; offset <= end - FullVector.Count; offset += FullVector.Count)
            {
                Step(offset, offset - start, coefficients);
            }

            if (--count == 0)
            {
                End(set, offset, offset - start, end);
                return;
            }

            TCoefficients next = Of(++set);
            offset = Across(offset, end, coefficients, next);
            coefficients = next;
            start += length;
            end += length;
        }
    }

    // A loop of its own has all it needs in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static nint Whole(TFormula formula, TAccess access, int set, nint offset, nint position, nint end)
    {
        TCoefficients coefficients = formula.Of(set);
        for (; offset <= end - FullVector.Count; offset += FullVector.Count, position += FullVector.Count)
        {
            formula.Invoke(access, offset, position, coefficients);
        }

        return offset;
    }

    // Not inlined: it is rare, and the loops around it are as much as the compiler takes where it has no vectors of 512 bits. Nothing that
    // is to stay in a vector register may be kept across the call.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Part(TFormula formula, int set, nint offset, nint position, MaskedVector access) =>
        formula.Invoke(access, offset, position, formula.Of(set));
}
