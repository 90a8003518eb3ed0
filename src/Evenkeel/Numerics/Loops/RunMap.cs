using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>Applies a formula to adjacent runs, in whole cache lines from the first line that begins in them.</summary>
/// <remarks>
/// A vector that spans two runs takes the coefficients of both, lane by lane, if the formula supports it
/// (<see cref="IChannelMap{TCoefficients}.CrossesRuns"/>). Only the two ends are stored in part.
/// </remarks>
internal readonly struct RunMap<TAccess, TFormula, TCoefficients>(TAccess access, TFormula formula, StoreMode mode)
    where TAccess : struct, IVectorAccess
    where TFormula : struct, IChannelMap<TCoefficients>
    where TCoefficients : struct
{
    /// <summary>Whether a vector may span two runs of a given length; it never spans three.</summary>
    public static bool CrossesRuns(int length) => TFormula.CrossesRuns && length >= FullVector.Count;

    /// <summary>
    /// Whether vectors may start at the first element of each run: no cache line is then stored in two parts, or it does not
    /// matter.
    /// </summary>
    public bool MapsRunsSeparately(int length) =>
        (length % CacheLine.Floats == 0 && mode.BeforeLine(0) == 0) || (typeof(TAccess) == typeof(FullVector) && !CrossesRuns(length));

    /// <summary>The coefficients of a set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TCoefficients Of(int set) => formula.Of(set);

    /// <summary>Maps a vector of a run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(nint offset, nint position, in TCoefficients coefficients) => formula.Invoke(access, offset, position, coefficients);

    /// <summary>Maps the end of a run together with the first elements of the next; returns the offset behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nint Across(nint offset, nint end, in TCoefficients coefficients, in TCoefficients next)
    {
        if (offset == end)
        {
            return end;
        }

        formula.Invoke(access, offset, 0, TFormula.Blend(new MaskedVector((int)(end - offset)).Inside, coefficients, next));
        return offset + FullVector.Count;
    }

    /// <summary>Maps the elements before the first cache line that begins in a run; returns its offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nint Begin(int set, nint offset, nint position, nint end)
    {
        nint line = Math.Min(offset + mode.BeforeLine(offset), end);
        End(set, offset, position, line);
        return line;
    }

    /// <summary>Maps the elements at the end of a run, fewer than a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void End(int set, nint offset, nint position, nint end)
    {
        if (offset < end)
        {
            Part(formula, set, offset, position, new MaskedVector((int)(end - offset)));
        }
    }

    /// <summary>
    /// Maps <paramref name="length"/> elements of the runs of neighbouring sets; of more than one set only if vectors may span
    /// runs.
    /// </summary>
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

    // A loop in a method of its own keeps all operands in registers.
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

    // Not inlined: it is rare, and without 512-bit vectors the loops around it are at the limit of what the JIT optimizes. No value
    // that should stay in a vector register may be live across the call.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Part(TFormula formula, int set, nint offset, nint position, MaskedVector access) =>
        formula.Invoke(access, offset, position, formula.Of(set));
}
