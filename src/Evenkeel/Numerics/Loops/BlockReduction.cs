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
internal readonly unsafe struct BlockReduction<TReduction, TResult>(TReduction reduction, ReductionBlocking grid)
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
    public void ReduceBeside<TAccess, TFormula, TCoefficients>(
        MapBefore<TAccess, TFormula, TCoefficients> before, int first, int count, TResult* results)
        where TAccess : struct, IVectorAccess
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

        int rest = length % FullVector.Count;
        if (rest == 0)
        {
            Runs(default(FullVector), set, count, offset, runs, position, length, goesOn, sums);
        }
        else
        {
            Runs(new MaskedVector(rest), set, count, offset, runs, position, length, goesOn, sums);
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
    private void RunBeside<TAccess, TFormula, TCoefficients>(
        MapBefore<TAccess, TFormula, TCoefficients> before, int set, int count, int block, bool goesOn, BlockSums* sums)
        where TAccess : struct, IVectorAccess
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
    private void EachBeside<TAccess, TFormula, TCoefficients>(
        MapBefore<TAccess, TFormula, TCoefficients> before, int set, int count, int block, bool goesOn, BlockSums* sums)
        where TAccess : struct, IVectorAccess
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        (nint offset, int runs, nint position, int length) = grid.RunsOf(set, block);
        LaneAccumulators* lanes = stackalloc LaneAccumulators[count];
        BeginRuns(set, count, offset, lanes);
        TReduction formula = reduction;
        RunMap<TAccess, TFormula, TCoefficients> map = before.Map;
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
                Double16 shift = lanes[i].Shift, first = lanes[i].First, second = lanes[i].Second;
                nint inStretch = stretch - near - i * (nint)grid.View.Inner - position;
                int k = 0;
                for (int part = 0; part < 2; part++)
                {
                    int end = part == 0 ? (int)Math.Clamp(inStretch, 0, length) : length;
                    var all = new PrefetchingVector(part == 0 ? near : near + jump);
                    for (; k <= end - FullVector.Count; k += FullVector.Count)
                    {
                        formula.Add(all, start + k, position + k, shift, ref first, ref second);
                        map.Step(start + k - distance, position + k, coefficients);
                    }
                }

                if (k < length)
                {
                    formula.Add(new MaskedVector(length - k), start + k, position + k, shift, ref first, ref second);
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
    private void StretchBeside<TAccess, TFormula, TCoefficients>(
        MapBefore<TAccess, TFormula, TCoefficients> before, int set, int count, int block, bool goesOn, BlockSums* sums)
        where TAccess : struct, IVectorAccess
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        (nint offset, int runs, nint position, int length) = grid.RunsOf(set, block);
        LaneAccumulators* lanes = stackalloc LaneAccumulators[count];
        BeginRuns(set, count, offset, lanes);
        TReduction formula = reduction;
        nint stretch = (nint)count * grid.View.Inner;
        nint near = count > 1 ? stretch : Math.Min(Near, stretch);
        RunMap<TAccess, TFormula, TCoefficients> map = before.Map;
        bool across = RunMap<TAccess, TFormula, TCoefficients>.GoesAcross(grid.View.Inner);
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

                Double16 shift = lanes[i].Shift, first = lanes[i].First, second = lanes[i].Second;
                nint inStretch = stretch - near - i * (nint)grid.View.Inner - position;
                int both = (int)(end - at) & -FullVector.Count;
                int k = 0;
                for (int part = 0; part < 2; part++)
                {
                    int stop = part == 0 ? (int)Math.Clamp(inStretch, 0, both) : both;
                    var all = new PrefetchingVector(part == 0 ? near : near + jump);
                    for (; k <= stop - FullVector.Count; k += FullVector.Count)
                    {
                        formula.Add(all, start + k, position + k, shift, ref first, ref second);
                        map.Step(at + k, position + at + k - mapped, coefficients);
                    }
                }

                at += k;

                // The map may have begun its first line with the run before.
                if (k <= length - FullVector.Count)
                {
                    var last = new PrefetchingVector(k < inStretch ? near : near + jump);
                    formula.Add(last, start + k, position + k, shift, ref first, ref second);
                    k += FullVector.Count;
                }

                if (k < length)
                {
                    formula.Add(new MaskedVector(length - k), start + k, position + k, shift, ref first, ref second);
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
        where TTail : struct, IVectorAccess
    {
        nint inner = grid.View.Inner;
        LaneAccumulators* lanes = stackalloc LaneAccumulators[count];
        BeginRuns(set, count, offset, lanes);
        int steps = length / FullVector.Count;
        for (int run = 0; run < runs; run++, offset += grid.RunStride)
        {
            nint ahead = Ahead(goesOn || run + 1 < runs);
            nint left = offset;
            int i = 0;
            for (; i < count - 1; i += 2, left += 2 * inner)
            {
                Pair(ahead, 0, left, left + inner, FullVector.Count, position, FullVector.Count, steps, tail, lanes + i, lanes + i + 1);
            }

            if (i < count)
            {
                Single(new PrefetchingVector(ahead), left, FullVector.Count, position, FullVector.Count, steps, tail, lanes + i);
            }
        }

        KeepRuns(lanes, count, (double)runs * length, sums);
    }

    /// <summary>Channels that are the columns of a matrix: each has a lane, and the lanes go down the rows, strip by strip.</summary>
    private void Columns(int set, int count, nint offset, nint row, int rows, BlockSums* sums)
    {
        LaneAccumulators* lanes = stackalloc LaneAccumulators[(count - 1) / FullVector.Count + 1];
        BeginColumns(set, count, offset, lanes);
        int rowsPerStrip = Math.Clamp(ElementsPerStrip / (count * TReduction.Tensors), 2, MostRowsPerStrip);
        for (int strip = 0; strip < rows; strip += rowsPerStrip)
        {
            bool goesOn = strip + 2 * rowsPerStrip <= rows;
            AddStrip(count, offset + strip * (nint)grid.View.Channels, row + strip, Math.Min(rowsPerStrip, rows - strip), goesOn, lanes);
        }

        LaneAccumulators.KeepColumns(lanes, count, rows, sums);
    }

    /// <summary>Begins the sums of some neighbouring columns, a lane for each.</summary>
    private void BeginColumns(int set, int count, nint offset, LaneAccumulators* lanes)
    {
        for (int i = 0; i < count; i += FullVector.Count)
        {
            *lanes++ = Begin(Shifts(set + i, Math.Min(FullVector.Count, count - i), offset + i));
        }
    }

    /// <summary>Adds a strip of rows to the sums of their columns.</summary>
    /// <remarks>It goes on where a strip of as many rows follows: that is fetched meanwhile.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddStrip(int count, nint offset, nint row, int rows, bool goesOn, LaneAccumulators* lanes)
    {
        nint stride = grid.View.Channels;
        int vectors = count / FullVector.Count;
        nint ahead = goesOn ? rows * stride : 0;

        // Where the next strip is one stretch of memory it is fetched from its start to its end, though its elements are
        // wanted in another order: memory is at its best then.
        bool inOrder = goesOn && count == stride;
        nint aheadStep = inOrder ? 2 * FullVector.Count - stride : 0;
        int i = 0;
        for (; i < vectors - 1; i += 2, offset += 2 * FullVector.Count)
        {
            nint distance = ahead + (inOrder ? (nint)i * FullVector.Count * (rows - 1) : 0);
            Pair(distance, aheadStep, offset, offset + FullVector.Count, stride, row, 1, rows, default(FullVector), lanes + i, lanes + i + 1);
        }

        if (i < vectors)
        {
            Single(new PrefetchingVector(ahead), offset, stride, row, 1, rows, default(FullVector), lanes + i);
            offset += FullVector.Count;
            i++;
        }

        int rest = count % FullVector.Count;
        if (rest > 0)
        {
            Single(new MaskedVector(rest), offset, stride, row, 1, rows, default(FullVector), lanes + i);
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
        LaneAccumulators* leftSums,
        LaneAccumulators* rightSums)
        where TTail : struct, IVectorAccess
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            // The sums of two would not fit the registers.
            Single(new PrefetchingVector(ahead), leftOffset, stride, position, positions, steps, tail, leftSums);
            Single(new PrefetchingVector(ahead), rightOffset, stride, position, positions, steps, tail, rightSums);
            return;
        }

        TReduction formula = reduction;
        Double16 leftShift = leftSums->Shift, leftFirst = leftSums->First, leftSecond = leftSums->Second;
        Double16 rightShift = rightSums->Shift, rightFirst = rightSums->First, rightSecond = rightSums->Second;
        for (int i = 0; i < steps; i++)
        {
            var access = new PrefetchingVector(ahead);
            formula.Add(access, leftOffset, position, leftShift, ref leftFirst, ref leftSecond);
            formula.Add(access, rightOffset, position, rightShift, ref rightFirst, ref rightSecond);
            ahead += aheadStep;
            leftOffset += stride;
            rightOffset += stride;
            position += positions;
        }

        if (typeof(TTail) == typeof(MaskedVector))
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
    private void Single<TAccess, TTail>(
        TAccess access, nint offset, nint stride, nint position, nint positions, int steps, TTail tail, LaneAccumulators* sums)
        where TAccess : struct, IVectorAccess
        where TTail : struct, IVectorAccess
    {
        TReduction formula = reduction;
        Double16 shift = sums->Shift, first = sums->First, second = sums->Second;
        for (int i = 0; i < steps; i++)
        {
            formula.Add(access, offset, position, shift, ref first, ref second);
            offset += stride;
            position += positions;
        }

        if (typeof(TTail) == typeof(MaskedVector))
        {
            formula.Add(tail, offset, position, shift, ref first, ref second);
        }

        sums->First = first;
        sums->Second = second;
    }

    private void BeginRuns(int set, int count, nint offset, LaneAccumulators* lanes)
    {
        for (int i = 0; i < count; i++)
        {
            lanes[i] = Begin(Double16.Create(reduction.Shift(set + i, offset + i * (nint)grid.View.Inner)));
        }
    }

    private static void KeepRuns(LaneAccumulators* lanes, int count, double elements, BlockSums* sums)
    {
        for (int i = 0; i < count; i++)
        {
            sums[i] = new BlockSums(elements, lanes[i].Shift.First, TReduction.Fold(lanes[i].First), TReduction.Fold(lanes[i].Second));
        }
    }

    private static LaneAccumulators Begin(Double16 shift) => new()
    {
        Shift = shift,
        First = Double16.Create(TReduction.Start),
        Second = Double16.Create(TReduction.Start),
    };

    private Double16 Shifts(int set, int count, nint offset)
    {
        double* shifts = stackalloc double[FullVector.Count];
        for (int lane = 0; lane < FullVector.Count; lane++)
        {
            shifts[lane] = lane < count ? reduction.Shift(set + lane, offset + lane) : 0;
        }

        return Double16.Load(shifts);
    }
}
