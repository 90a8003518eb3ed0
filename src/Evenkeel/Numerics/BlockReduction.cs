using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics;

/// <summary>The loop that sums a block of each of some neighbouring sets.</summary>
/// <remarks>
/// A sum is a chain of additions, of which the processor could do several in the time of one: so two sets are summed side by side.
/// What each lane adds up, and in which order, is the same whether they are or not.
/// </remarks>
internal readonly unsafe struct BlockReduction<TReduction, TResult>(TReduction reduction, BlockGrid grid)
    where TReduction : struct, IChannelReduction<TResult>
    where TResult : unmanaged
{
    /// <summary>Rows of columns that are read before the next columns': as many as the nearest cache holds.</summary>
    private const int RowsPerStrip = 8;

    /// <summary>The longest runs of which the next is fetched ahead: longer ones the processor fetches by itself, and they would fill the cache.</summary>
    private const int LongestRunAhead = 16 * 1024;

    /// <summary>Sums a block of each of <paramref name="count"/> neighbouring sets of a unit.</summary>
    /// <remarks>It goes on where the next block will be of the same sets and runs follow.</remarks>
    public void Run(int set, int count, int block, bool goesOn, BlockSums* sums)
    {
        (nint offset, int runs, nint position, int length) = grid.RunsOf(set, block);
        if (grid.View.Inner == 1)
        {
            Columns(set, count, offset, grid.Bounds(block).Outer, runs, sums);
            return;
        }

        int rest = length % AllLanes.Count;
        if (rest == 0)
        {
            Runs(default(AllLanes), set, count, offset, runs, position, length, goesOn, sums);
        }
        else
        {
            Runs(new FirstLanes(rest), set, count, offset, runs, position, length, goesOn, sums);
        }
    }

    /// <summary>Sums a block of each of some neighbouring sets whose elements lie in runs, and maps the block of sets before them, step by step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void RunBeside<TLanes, TFormula, TCoefficients>(
        MapBefore<TLanes, TFormula, TCoefficients> map, int set, int count, int block, bool goesOn, BlockSums* sums)
        where TLanes : struct, ILanes
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        (nint offset, int runs, nint position, int length) = grid.RunsOf(set, block);
        LaneSums* lanes = stackalloc LaneSums[count];
        BeginRuns(set, count, offset, lanes);
        TReduction formula = reduction;
        for (int run = 0; run < runs; run++, offset += grid.RunStride)
        {
            AllLanesAhead all = Ahead(goesOn || run + 1 < runs);
            nint start = offset;
            for (int i = 0; i < count; i++, start += grid.View.Inner)
            {
                TCoefficients coefficients = map.Coefficients(i);
                WideLanes shift = lanes[i].Shift, first = lanes[i].First, second = lanes[i].Second;
                int k = 0;
                for (; k <= length - AllLanes.Count; k += AllLanes.Count)
                {
                    formula.Add(all, start + k, position + k, shift, ref first, ref second);
                    map.Invoke(start + k, position + k, coefficients);
                }

                if (k < length)
                {
                    var tail = new FirstLanes(length - k);
                    formula.Add(tail, start + k, position + k, shift, ref first, ref second);
                    map.Invoke(tail, start + k, position + k, coefficients);
                }

                lanes[i].First = first;
                lanes[i].Second = second;
            }
        }

        KeepRuns(lanes, count, (double)runs * length, sums);
    }

    // The next run of these sets lies elsewhere, and nobody else would fetch it in time.
    private AllLanesAhead Ahead(bool isNotLast) => new(isNotLast && grid.View.Inner <= LongestRunAhead ? grid.RunStride : 0);

    /// <summary>Sets whose elements lie in runs of <c>Inner</c>: the lanes go along the runs, and the tail takes what is left at the end of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Runs<TTail>(TTail tail, int set, int count, nint offset, int runs, nint position, int length, bool goesOn, BlockSums* sums)
        where TTail : struct, ILanes
    {
        nint inner = grid.View.Inner;
        LaneSums* lanes = stackalloc LaneSums[count];
        BeginRuns(set, count, offset, lanes);
        int steps = length / AllLanes.Count;
        for (int run = 0; run < runs; run++, offset += grid.RunStride)
        {
            AllLanesAhead all = Ahead(goesOn || run + 1 < runs);
            nint left = offset;
            int i = 0;
            for (; i < count - 1; i += 2, left += 2 * inner)
            {
                Pair(all, left, all, left + inner, AllLanes.Count, position, AllLanes.Count, steps, tail, lanes + i, lanes + i + 1);
            }

            if (i < count)
            {
                Single(all, left, AllLanes.Count, position, AllLanes.Count, steps, tail, lanes + i);
            }
        }

        KeepRuns(lanes, count, (double)runs * length, sums);
    }

    /// <summary>Channels that are the columns of a matrix: each has a lane, and the lanes go down the rows, strip by strip.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Columns(int set, int count, nint offset, nint row, int rows, BlockSums* sums)
    {
        nint stride = grid.View.Channels;
        (int vectors, int rest) = Math.DivRem(count, AllLanes.Count);
        var tail = new FirstLanes(rest);
        LaneSums* lanes = stackalloc LaneSums[vectors + 1];
        for (int i = 0; i * AllLanes.Count < count; i++)
        {
            lanes[i] = Begin(Shifts(set + i * AllLanes.Count, Math.Min(AllLanes.Count, count - i * AllLanes.Count), offset + i * AllLanes.Count));
        }

        for (int strip = 0; strip < rows; strip += RowsPerStrip, offset += RowsPerStrip * stride)
        {
            int steps = Math.Min(RowsPerStrip, rows - strip);
            var all = new AllLanesAhead(strip + 2 * RowsPerStrip <= rows ? RowsPerStrip * stride : 0);
            nint left = offset;
            int i = 0;
            for (; i < vectors - 1; i += 2, left += 2 * AllLanes.Count)
            {
                Pair(all, left, all, left + AllLanes.Count, stride, row + strip, 1, steps, default(AllLanes), lanes + i, lanes + i + 1);
            }

            if (i < vectors && rest > 0)
            {
                Pair(all, left, tail, left + AllLanes.Count, stride, row + strip, 1, steps, default(AllLanes), lanes + i, lanes + i + 1);
            }
            else if (i < vectors)
            {
                Single(all, left, stride, row + strip, 1, steps, default(AllLanes), lanes + i);
            }
            else if (rest > 0)
            {
                Single(tail, left, stride, row + strip, 1, steps, default(AllLanes), lanes + i);
            }
        }

        double* values = (double*)lanes;
        for (int i = 0; i < count; i++)
        {
            (int vector, int lane) = Math.DivRem(i, AllLanes.Count);
            double* shift = values + 3 * AllLanes.Count * vector + lane;
            sums[i] = new BlockSums(rows, *shift, shift[AllLanes.Count], shift[2 * AllLanes.Count]);
        }
    }

    /// <summary>Two rows of steps side by side, each with sums of its own, and a tail behind each where there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Pair<TLeft, TRight, TTail>(
        TLeft left,
        nint leftOffset,
        TRight right,
        nint rightOffset,
        nint stride,
        nint position,
        nint positions,
        int steps,
        TTail tail,
        LaneSums* leftSums,
        LaneSums* rightSums)
        where TLeft : struct, ILanes
        where TRight : struct, ILanes
        where TTail : struct, ILanes
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            // The sums of two would not fit the registers.
            Single(left, leftOffset, stride, position, positions, steps, tail, leftSums);
            Single(right, rightOffset, stride, position, positions, steps, tail, rightSums);
            return;
        }

        TReduction formula = reduction;
        WideLanes leftShift = leftSums->Shift, leftFirst = leftSums->First, leftSecond = leftSums->Second;
        WideLanes rightShift = rightSums->Shift, rightFirst = rightSums->First, rightSecond = rightSums->Second;
        for (int i = 0; i < steps; i++)
        {
            formula.Add(left, leftOffset, position, leftShift, ref leftFirst, ref leftSecond);
            formula.Add(right, rightOffset, position, rightShift, ref rightFirst, ref rightSecond);
            leftOffset += stride;
            rightOffset += stride;
            position += positions;
        }

        if (typeof(TTail) == typeof(FirstLanes))
        {
            formula.Add(tail, leftOffset, position, leftShift, ref leftFirst, ref leftSecond);
            formula.Add(tail, rightOffset, position, rightShift, ref rightFirst, ref rightSecond);
        }

        leftSums->First = leftFirst;
        leftSums->Second = leftSecond;
        rightSums->First = rightFirst;
        rightSums->Second = rightSecond;
    }

    /// <summary>A row of steps, and a tail behind it where there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Single<TLanes, TTail>(
        TLanes lanes, nint offset, nint stride, nint position, nint positions, int steps, TTail tail, LaneSums* sums)
        where TLanes : struct, ILanes
        where TTail : struct, ILanes
    {
        TReduction formula = reduction;
        WideLanes shift = sums->Shift, first = sums->First, second = sums->Second;
        for (int i = 0; i < steps; i++)
        {
            formula.Add(lanes, offset, position, shift, ref first, ref second);
            offset += stride;
            position += positions;
        }

        if (typeof(TTail) == typeof(FirstLanes))
        {
            formula.Add(tail, offset, position, shift, ref first, ref second);
        }

        sums->First = first;
        sums->Second = second;
    }

    private void BeginRuns(int set, int count, nint offset, LaneSums* lanes)
    {
        for (int i = 0; i < count; i++)
        {
            lanes[i] = Begin(WideLanes.Create(reduction.Shift(set + i, offset + i * (nint)grid.View.Inner)));
        }
    }

    private static void KeepRuns(LaneSums* lanes, int count, double elements, BlockSums* sums)
    {
        for (int i = 0; i < count; i++)
        {
            sums[i] = new BlockSums(elements, lanes[i].Shift.First, TReduction.Fold(lanes[i].First), TReduction.Fold(lanes[i].Second));
        }
    }

    private static LaneSums Begin(WideLanes shift) => new()
    {
        Shift = shift,
        First = WideLanes.Create(TReduction.Start),
        Second = WideLanes.Create(TReduction.Start),
    };

    private WideLanes Shifts(int set, int count, nint offset)
    {
        double* shifts = stackalloc double[AllLanes.Count];
        for (int lane = 0; lane < AllLanes.Count; lane++)
        {
            shifts[lane] = lane < count ? reduction.Shift(set + lane, offset + lane) : 0;
        }

        return WideLanes.Load(shifts);
    }
}
