using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>The loop that sums a block of each of some neighbouring sets.</summary>
/// <remarks>
/// A sum is a chain of additions, of which the processor could do several in the time of one: so two sets are summed side by side.
/// What each lane adds up, and in which order, is the same whether they are or not.
/// </remarks>
[SkipLocalsInit]
internal readonly unsafe struct BlockReduction<TReduction, TResult>(TReduction reduction, BlockGrid grid)
    where TReduction : struct, IChannelReduction<TResult>
    where TResult : unmanaged
{
    /// <summary>Elements that the nearest cache holds with as many that are fetched ahead.</summary>
    private const int ElementsPerStrip = 4096;

    /// <summary>The most rows of columns that are read before the next columns'.</summary>
    private const int MostRowsPerStrip = 8;

    /// <summary>How many elements ahead of those that are summed are fetched, within a stretch of memory.</summary>
    private const int Near = 1024;

    /// <summary>The longest runs of which the next is fetched ahead: longer ones the processor fetches by itself, and they would fill the cache.</summary>
    private const int LongestRunAhead = 16 * 1024;

    /// <summary>Reduces some neighbouring sets of a unit, block by block, into results that start out as they stand.</summary>
    public void Reduce(int first, int count, TResult* results)
    {
        BlockSums* sums = stackalloc BlockSums[count];
        double* origins = stackalloc double[count];
        for (int block = 0; block < grid.Blocks; block++)
        {
            Run(first, count, block, goesOn: block + 1 < grid.Blocks, sums);
            Merge(block, sums, count, origins, results + first);
        }
    }

    /// <summary>The same of sets whose elements lie in runs, and maps sets before them, step by step.</summary>
    public void ReduceBeside<TLanes, TFormula, TCoefficients>(
        MapBefore<TLanes, TFormula, TCoefficients> before, int first, int count, TResult* results)
        where TLanes : struct, ILanes
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        BlockSums* sums = stackalloc BlockSums[count];
        double* origins = stackalloc double[count];
        for (int block = 0; block < grid.Blocks; block++)
        {
            RunBeside(before, first, count, block, goesOn: block + 1 < grid.Blocks, sums);
            Merge(block, sums, count, origins, results + first);
        }
    }

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

    private void Merge(int block, BlockSums* sums, int count, double* origins, TResult* results)
    {
        bool isFirst = block == 0, isLast = block + 1 == grid.Blocks;
        for (int i = 0; i < count; i++)
        {
            double origin = isFirst ? sums[i].Shift : origins[i];
            origins[i] = origin;
            sums[i].MergeInto<TReduction, TResult>(ref results[i], origin);
            if (isLast)
            {
                TReduction.Restore(ref results[i], origin);
            }
        }
    }

    /// <summary>Sums a block of each of some neighbouring sets whose elements lie in runs, and maps the block of sets before them, step by step.</summary>
    private void RunBeside<TLanes, TFormula, TCoefficients>(
        MapBefore<TLanes, TFormula, TCoefficients> before, int set, int count, int block, bool goesOn, BlockSums* sums)
        where TLanes : struct, ILanes
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        if (before.Map.TakesRunsAlone(grid.View.Inner))
        {
            EachBeside(before, set, count, block, goesOn, sums);
        }
        else
        {
            StretchBeside(before, set, count, block, goesOn, sums);
        }
    }

    /// <summary>The same where the map of a run begins and ends where the run does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void EachBeside<TLanes, TFormula, TCoefficients>(
        MapBefore<TLanes, TFormula, TCoefficients> before, int set, int count, int block, bool goesOn, BlockSums* sums)
        where TLanes : struct, ILanes
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        (nint offset, int runs, nint position, int length) = grid.RunsOf(set, block);
        LaneSums* lanes = stackalloc LaneSums[count];
        BeginRuns(set, count, offset, lanes);
        TReduction formula = reduction;
        RunMap<TLanes, TFormula, TCoefficients> map = before.Map;
        nint distance = before.Distance;
        nint stretch = (nint)count * grid.View.Inner;
        nint near = count > 1 ? stretch : Math.Min(Near, stretch);
        for (int run = 0; run < runs; run++, offset += grid.RunStride)
        {
            // What follows in the stretch is fetched, and towards its end what follows in the next.
            nint jump = goesOn || run + 1 < runs ? grid.RunStride - stretch : 0;
            nint start = offset;
            for (int i = 0; i < count; i++, start += grid.View.Inner)
            {
                TCoefficients coefficients = map.Of(before.First + i);
                WideLanes shift = lanes[i].Shift, first = lanes[i].First, second = lanes[i].Second;
                nint inStretch = stretch - near - i * (nint)grid.View.Inner - position;
                int k = 0;
                for (int part = 0; part < 2; part++)
                {
                    int end = part == 0 ? (int)Math.Clamp(inStretch, 0, length) : length;
                    var all = new AllLanesAhead(part == 0 ? near : near + jump);
                    for (; k <= end - AllLanes.Count; k += AllLanes.Count)
                    {
                        formula.Add(all, start + k, position + k, shift, ref first, ref second);
                        map.Step(start + k - distance, position + k, coefficients);
                    }
                }

                if (k < length)
                {
                    formula.Add(new FirstLanes(length - k), start + k, position + k, shift, ref first, ref second);
                    map.End(before.First + i, start + k - distance, position + k, start + length - distance);
                }

                lanes[i].First = first;
                lanes[i].Second = second;
            }
        }

        KeepRuns(lanes, count, (double)runs * length, sums);
    }

    /// <summary>The same where the map goes in lines of the cache through runs that lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void StretchBeside<TLanes, TFormula, TCoefficients>(
        MapBefore<TLanes, TFormula, TCoefficients> before, int set, int count, int block, bool goesOn, BlockSums* sums)
        where TLanes : struct, ILanes
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        (nint offset, int runs, nint position, int length) = grid.RunsOf(set, block);
        LaneSums* lanes = stackalloc LaneSums[count];
        BeginRuns(set, count, offset, lanes);
        TReduction formula = reduction;
        nint stretch = (nint)count * grid.View.Inner;
        nint near = count > 1 ? stretch : Math.Min(Near, stretch);
        RunMap<TLanes, TFormula, TCoefficients> map = before.Map;
        bool across = RunMap<TLanes, TFormula, TCoefficients>.GoesAcross(grid.View.Inner);
        for (int run = 0; run < runs; run++, offset += grid.RunStride)
        {
            // What follows in the stretch is fetched, and towards its end what follows in the next.
            nint jump = goesOn || run + 1 < runs ? grid.RunStride - stretch : 0;
            nint start = offset;
            nint at = 0;
            TCoefficients coefficients = default;
            for (int i = 0; i < count; i++, start += grid.View.Inner)
            {
                nint mapped = start - before.Distance;
                nint end = mapped + length;
                if (i == 0 || !across)
                {
                    at = map.Begin(before.First + i, mapped, position, end);
                    coefficients = map.Of(before.First + i);
                }

                WideLanes shift = lanes[i].Shift, first = lanes[i].First, second = lanes[i].Second;
                nint inStretch = stretch - near - i * (nint)grid.View.Inner - position;
                int both = (int)(end - at) & -AllLanes.Count;
                int k = 0;
                for (int part = 0; part < 2; part++)
                {
                    int stop = part == 0 ? (int)Math.Clamp(inStretch, 0, both) : both;
                    var all = new AllLanesAhead(part == 0 ? near : near + jump);
                    for (; k <= stop - AllLanes.Count; k += AllLanes.Count)
                    {
                        formula.Add(all, start + k, position + k, shift, ref first, ref second);
                        map.Step(at + k, position + at + k - mapped, coefficients);
                    }
                }

                at += k;

                // The map may have begun its first line with the run before.
                if (k <= length - AllLanes.Count)
                {
                    var last = new AllLanesAhead(k < inStretch ? near : near + jump);
                    formula.Add(last, start + k, position + k, shift, ref first, ref second);
                    k += AllLanes.Count;
                }

                if (k < length)
                {
                    formula.Add(new FirstLanes(length - k), start + k, position + k, shift, ref first, ref second);
                }

                lanes[i].First = first;
                lanes[i].Second = second;
                if (across && i + 1 < count)
                {
                    TCoefficients next = map.Of(before.First + i + 1);
                    at = map.Across(at, end, coefficients, next);
                    coefficients = next;
                }
                else
                {
                    map.End(before.First + i, at, position + at - mapped, end);
                }
            }
        }

        KeepRuns(lanes, count, (double)runs * length, sums);
    }

    // The next run of these sets lies elsewhere, and nobody else would fetch it in time.
    private nint Ahead(bool isNotLast) => isNotLast && grid.View.Inner <= LongestRunAhead ? grid.RunStride : 0;

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
            nint ahead = Ahead(goesOn || run + 1 < runs);
            nint left = offset;
            int i = 0;
            for (; i < count - 1; i += 2, left += 2 * inner)
            {
                Pair(ahead, 0, left, left + inner, AllLanes.Count, position, AllLanes.Count, steps, tail, lanes + i, lanes + i + 1);
            }

            if (i < count)
            {
                Single(new AllLanesAhead(ahead), left, AllLanes.Count, position, AllLanes.Count, steps, tail, lanes + i);
            }
        }

        KeepRuns(lanes, count, (double)runs * length, sums);
    }

    /// <summary>Channels that are the columns of a matrix: each has a lane, and the lanes go down the rows, strip by strip.</summary>
    private void Columns(int set, int count, nint offset, nint row, int rows, BlockSums* sums)
    {
        LaneSums* lanes = stackalloc LaneSums[(count - 1) / AllLanes.Count + 1];
        BeginColumns(set, count, offset, lanes);
        int rowsPerStrip = Math.Clamp(ElementsPerStrip / (count * TReduction.Tensors), 2, MostRowsPerStrip);
        for (int strip = 0; strip < rows; strip += rowsPerStrip)
        {
            bool goesOn = strip + 2 * rowsPerStrip <= rows;
            AddStrip(count, offset + strip * (nint)grid.View.Channels, row + strip, Math.Min(rowsPerStrip, rows - strip), goesOn, lanes);
        }

        LaneSums.KeepColumns(lanes, count, rows, sums);
    }

    /// <summary>Begins the sums of some neighbouring columns, a lane for each.</summary>
    private void BeginColumns(int set, int count, nint offset, LaneSums* lanes)
    {
        for (int i = 0; i < count; i += AllLanes.Count)
        {
            *lanes++ = Begin(Shifts(set + i, Math.Min(AllLanes.Count, count - i), offset + i));
        }
    }

    /// <summary>Adds a strip of rows to the sums of their columns.</summary>
    /// <remarks>It goes on where a strip of as many rows follows: that is fetched meanwhile.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddStrip(int count, nint offset, nint row, int rows, bool goesOn, LaneSums* lanes)
    {
        nint stride = grid.View.Channels;
        int vectors = count / AllLanes.Count;
        nint ahead = goesOn ? rows * stride : 0;

        // Where the next strip is one stretch of memory it is fetched from its start to its end, though its elements are
        // wanted in another order: memory is at its best then.
        bool inOrder = goesOn && count == stride;
        nint aheadStep = inOrder ? 2 * AllLanes.Count - stride : 0;
        int i = 0;
        for (; i < vectors - 1; i += 2, offset += 2 * AllLanes.Count)
        {
            nint distance = ahead + (inOrder ? (nint)i * AllLanes.Count * (rows - 1) : 0);
            Pair(distance, aheadStep, offset, offset + AllLanes.Count, stride, row, 1, rows, default(AllLanes), lanes + i, lanes + i + 1);
        }

        if (i < vectors)
        {
            Single(new AllLanesAhead(ahead), offset, stride, row, 1, rows, default(AllLanes), lanes + i);
            offset += AllLanes.Count;
            i++;
        }

        int rest = count % AllLanes.Count;
        if (rest > 0)
        {
            Single(new FirstLanes(rest), offset, stride, row, 1, rows, default(AllLanes), lanes + i);
        }
    }

    /// <summary>
    /// Two rows of steps side by side, each with sums of its own, and a tail behind each where there is one; what is so far ahead is fetched.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Pair<TTail>(
        nint ahead,
        nint aheadStep,
        nint leftOffset,
        nint rightOffset,
        nint stride,
        nint position,
        nint positions,
        int steps,
        TTail tail,
        LaneSums* leftSums,
        LaneSums* rightSums)
        where TTail : struct, ILanes
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            // The sums of two would not fit the registers.
            Single(new AllLanesAhead(ahead), leftOffset, stride, position, positions, steps, tail, leftSums);
            Single(new AllLanesAhead(ahead), rightOffset, stride, position, positions, steps, tail, rightSums);
            return;
        }

        TReduction formula = reduction;
        WideLanes leftShift = leftSums->Shift, leftFirst = leftSums->First, leftSecond = leftSums->Second;
        WideLanes rightShift = rightSums->Shift, rightFirst = rightSums->First, rightSecond = rightSums->Second;
        for (int i = 0; i < steps; i++)
        {
            var lanes = new AllLanesAhead(ahead);
            formula.Add(lanes, leftOffset, position, leftShift, ref leftFirst, ref leftSecond);
            formula.Add(lanes, rightOffset, position, rightShift, ref rightFirst, ref rightSecond);
            ahead += aheadStep;
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
