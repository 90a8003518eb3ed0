using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>The loop that reduces a block of each of several neighbouring sets.</summary>
/// <remarks>
/// The additions of one sum depend on each other, and the processor could run several independent ones at a time: so two sets are summed
/// together. Each lane adds the same elements in the same order either way.
/// </remarks>
[SkipLocalsInit]
internal readonly unsafe struct BlockReduction<TReduction, TResult>(TReduction reduction, ReductionBlocking grid)
    where TReduction : struct, IChannelReduction<TResult>
    where TResult : unmanaged
{
    /// <summary>The elements that fit the first-level cache together with the same number of prefetched ones.</summary>
    private const int ElementsPerRowGroup = 4096;

    /// <summary>The most rows of a group of columns that are read before the next columns.</summary>
    private const int MaxRowsPerGroup = 8;

    /// <summary>The prefetch distance in elements within contiguous memory.</summary>
    private const int Near = 1024;

    /// <summary>
    /// The longest run whose successor is prefetched: the processor prefetches longer ones itself, and they would fill the cache.
    /// </summary>
    private const int LongestRunAhead = 16 * 1024;

    /// <summary>The shortest run that is long enough to be summed alone, for sets that follow each other.</summary>
    private const int ShortestInSequence = 128;

    /// <summary>Reduces neighbouring sets of a group, block by block, adding to their results.</summary>
    public void Reduce(int first, int count, TResult* results)
    {
        BlockSums* sums = stackalloc BlockSums[count];
        double* origins = stackalloc double[count];
        for (int block = 0; block < grid.Blocks; block++)
        {
            Run(first, count, block, hasNext: block + 1 < grid.Blocks, sums);
            Merge(block, sums, count, origins, results + first);
        }
    }

    /// <summary>Reduces neighbouring sets whose elements lie in runs and maps earlier sets, step by step.</summary>
    public void ReduceAndMap<TAccess, TFormula, TCoefficients>(
        TrailingMap<TAccess, TFormula, TCoefficients> trailing, int first, int count, TResult* results)
        where TAccess : struct, IVectorAccess
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        BlockSums* sums = stackalloc BlockSums[count];
        double* origins = stackalloc double[count];
        for (int block = 0; block < grid.Blocks; block++)
        {
            RunAndMap(trailing, first, count, block, hasNext: block + 1 < grid.Blocks, sums);
            Merge(block, sums, count, origins, results + first);
        }
    }

    /// <summary>Sums a block of each of <paramref name="count"/> neighbouring sets of a group.</summary>
    /// <remarks><paramref name="hasNext"/> is true if the next block of the same sets follows, so that its runs are prefetched.</remarks>
    public void Run(int set, int count, int block, bool hasNext, BlockSums* sums)
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
            Runs(default(FullVector), set, count, offset, runs, position, length, hasNext, sums);
        }
        else
        {
            Runs(new MaskedVector(rest), set, count, offset, runs, position, length, hasNext, sums);
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

    /// <summary>Sums a block of neighbouring sets whose elements lie in runs, and maps the block of earlier sets, step by step.</summary>
    private void RunAndMap<TAccess, TFormula, TCoefficients>(
        TrailingMap<TAccess, TFormula, TCoefficients> trailing, int set, int count, int block, bool hasNext, BlockSums* sums)
        where TAccess : struct, IVectorAccess
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        if (trailing.Map.MapsRunsSeparately(grid.View.Inner))
        {
            RunAndMapSeparately(trailing, set, count, block, hasNext, sums);
        }
        else
        {
            RunAndMapLines(trailing, set, count, block, hasNext, sums);
        }
    }

    /// <summary>Sums a block while mapping runs that begin and end with those that are summed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void RunAndMapSeparately<TAccess, TFormula, TCoefficients>(
        TrailingMap<TAccess, TFormula, TCoefficients> trailing, int set, int count, int block, bool hasNext, BlockSums* sums)
        where TAccess : struct, IVectorAccess
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        (nint offset, int runs, nint position, int length) = grid.RunsOf(set, block);
        LaneAccumulators* lanes = stackalloc LaneAccumulators[count];
        BeginRuns(set, count, offset, lanes);
        TReduction formula = reduction;
        RunMap<TAccess, TFormula, TCoefficients> map = trailing.Map;
        nint distance = trailing.Distance;
        nint adjacent = (nint)count * grid.View.Inner;
        nint near = count > 1 ? adjacent : Math.Min(Near, adjacent);
        for (int run = 0; run < runs; run++, offset += grid.RunStride)
        {
            // Prefetch within the adjacent runs and, towards their end, the next ones.
            nint jump = hasNext || run + 1 < runs ? grid.RunStride - adjacent : 0;
            nint start = offset;
            for (int i = 0; i < count; i++, start += grid.View.Inner)
            {
                TCoefficients coefficients = map.Of(trailing.First + i);
                Double16 shift = lanes[i].Shift, first = lanes[i].First, second = lanes[i].Second;
                nint untilEnd = adjacent - near - i * (nint)grid.View.Inner - position;
                int k = 0;
                for (int part = 0; part < 2; part++)
                {
                    int end = part == 0 ? (int)Math.Clamp(untilEnd, 0, length) : length;
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
                    map.End(trailing.First + i, start + k - distance, position + k, start + length - distance);
                }

                lanes[i].First = first;
                lanes[i].Second = second;
            }
        }

        StoreRuns(lanes, count, (double)runs * length, sums);
    }

    /// <summary>Sums a block while mapping adjacent runs in whole cache lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void RunAndMapLines<TAccess, TFormula, TCoefficients>(
        TrailingMap<TAccess, TFormula, TCoefficients> trailing, int set, int count, int block, bool hasNext, BlockSums* sums)
        where TAccess : struct, IVectorAccess
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        (nint offset, int runs, nint position, int length) = grid.RunsOf(set, block);
        LaneAccumulators* lanes = stackalloc LaneAccumulators[count];
        BeginRuns(set, count, offset, lanes);
        TReduction formula = reduction;
        nint adjacent = (nint)count * grid.View.Inner;
        nint near = count > 1 ? adjacent : Math.Min(Near, adjacent);
        RunMap<TAccess, TFormula, TCoefficients> map = trailing.Map;
        bool across = RunMap<TAccess, TFormula, TCoefficients>.CrossesRuns(grid.View.Inner);
        for (int run = 0; run < runs; run++, offset += grid.RunStride)
        {
            // Prefetch within the adjacent runs and, towards their end, the next ones.
            nint jump = hasNext || run + 1 < runs ? grid.RunStride - adjacent : 0;
            nint start = offset;
            nint at = 0;
            TCoefficients coefficients = default;
            for (int i = 0; i < count; i++, start += grid.View.Inner)
            {
                nint mapped = start - trailing.Distance;
                nint end = mapped + length;
                if (i == 0 || !across)
                {
                    at = map.Begin(trailing.First + i, mapped, position, end);
                    coefficients = map.Of(trailing.First + i);
                }

                Double16 shift = lanes[i].Shift, first = lanes[i].First, second = lanes[i].Second;
                nint untilEnd = adjacent - near - i * (nint)grid.View.Inner - position;
                int both = (int)(end - at) & -FullVector.Count;
                int k = 0;
                for (int part = 0; part < 2; part++)
                {
                    int stop = part == 0 ? (int)Math.Clamp(untilEnd, 0, both) : both;
                    var all = new PrefetchingVector(part == 0 ? near : near + jump);
                    for (; k <= stop - FullVector.Count; k += FullVector.Count)
                    {
                        formula.Add(all, start + k, position + k, shift, ref first, ref second);
                        map.Step(at + k, position + at + k - mapped, coefficients);
                    }
                }

                at += k;

                // The map may have begun its first cache line in the run trailing.
                if (k <= length - FullVector.Count)
                {
                    var last = new PrefetchingVector(k < untilEnd ? near : near + jump);
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
                    TCoefficients next = map.Of(trailing.First + i + 1);
                    at = map.Across(at, end, coefficients, next);
                    coefficients = next;
                }
                else
                {
                    map.End(trailing.First + i, at, position + at - mapped, end);
                }
            }
        }

        StoreRuns(lanes, count, (double)runs * length, sums);
    }

    // The next run of these sets is not adjacent, so the processor would not prefetch it in time.
    private nint Ahead(bool isNotLast) => isNotLast && grid.View.Inner <= LongestRunAhead ? grid.RunStride : 0;

    /// <summary>Sums sets whose elements lie in runs of <c>Inner</c>, with vectors along the runs and a tail at the end of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Runs<TTail>(
        TTail tail, int set, int count, nint offset, int runs, nint position, int length, bool hasNext, BlockSums* sums)
        where TTail : struct, IVectorAccess
    {
        nint inner = grid.View.Inner;
        LaneAccumulators* lanes = stackalloc LaneAccumulators[count];
        BeginRuns(set, count, offset, lanes);
        int steps = length / FullVector.Count;

        // Sets that follow each other are one sequence, which the processor prefetches; two at a time are two, with gaps.
        bool isSequence = grid.View.Outer == 1 && length >= ShortestInSequence;
        for (int run = 0; run < runs; run++, offset += grid.RunStride)
        {
            nint ahead = Ahead(hasNext || run + 1 < runs);
            nint left = offset;
            int i = 0;
            for (; isSequence && i < count; i++, left += inner)
            {
                Single(default(FullVector), left, FullVector.Count, position, FullVector.Count, steps, tail, lanes + i);
            }

            for (; i < count - 1; i += 2, left += 2 * inner)
            {
                Pair(ahead, 0, left, left + inner, FullVector.Count, position, FullVector.Count, steps, tail, lanes + i, lanes + i + 1);
            }

            if (i < count)
            {
                Single(new PrefetchingVector(ahead), left, FullVector.Count, position, FullVector.Count, steps, tail, lanes + i);
            }
        }

        StoreRuns(lanes, count, (double)runs * length, sums);
    }

    /// <summary>Sums channels that are the columns of a matrix, a lane for each, a few rows at a time.</summary>
    private void Columns(int set, int count, nint offset, nint row, int rows, BlockSums* sums)
    {
        LaneAccumulators* lanes = stackalloc LaneAccumulators[(count - 1) / FullVector.Count + 1];
        BeginColumns(set, count, offset, lanes);
        int rowsPerGroup = Math.Clamp(ElementsPerRowGroup / (count * TReduction.Tensors), 2, MaxRowsPerGroup);
        for (int start = 0; start < rows; start += rowsPerGroup)
        {
            bool hasNext = start + 2 * rowsPerGroup <= rows;
            AddRows(count, offset + start * (nint)grid.View.Channels, row + start, Math.Min(rowsPerGroup, rows - start), hasNext, lanes);
        }

        LaneAccumulators.StoreColumns(lanes, count, rows, sums);
    }

    /// <summary>Starts the sums of neighbouring columns, a lane for each.</summary>
    private void BeginColumns(int set, int count, nint offset, LaneAccumulators* lanes)
    {
        for (int i = 0; i < count; i += FullVector.Count)
        {
            *lanes++ = Begin(Shifts(set + i, Math.Min(FullVector.Count, count - i), offset + i));
        }
    }

    /// <summary>Adds a few rows to the sums of their columns.</summary>
    /// <remarks><paramref name="hasNext"/> is true if the same number of rows follows, which are prefetched.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddRows(int count, nint offset, nint row, int rows, bool hasNext, LaneAccumulators* lanes)
    {
        nint stride = grid.View.Channels;
        int vectors = count / FullVector.Count;
        nint ahead = hasNext ? rows * stride : 0;

        // If the next rows are contiguous, prefetch them from start to end, although they are read in another order: memory is
        // fastest in order.
        bool inOrder = hasNext && count == stride;
        nint aheadStep = inOrder ? 2 * FullVector.Count - stride : 0;
        int i = 0;
        for (; i < vectors - 1; i += 2, offset += 2 * FullVector.Count)
        {
            nint distance = ahead + (inOrder ? (nint)i * FullVector.Count * (rows - 1) : 0);
            nint right = offset + FullVector.Count;
            Pair(distance, aheadStep, offset, right, stride, row, 1, rows, default(FullVector), lanes + i, lanes + i + 1);
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
    /// Adds two sequences of vectors, each with sums of its own and a tail if there is one, and prefetches ahead of them.
    /// </summary>
    /// <remarks>
    /// After each vector the offsets grow by <paramref name="stride"/>, the position by <paramref name="positionStep"/> and the prefetch
    /// distance by <paramref name="aheadStep"/>. A struct of these would be read from memory in the loop: with it, sums of 16 columns
    /// took 1.4 to 3 times as long.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Pair<TTail>(
        nint ahead,
        nint aheadStep,
        nint leftOffset,
        nint rightOffset,
        nint stride,
        nint position,
        nint positionStep,
        int steps,
        TTail tail,
        LaneAccumulators* leftSums,
        LaneAccumulators* rightSums)
        where TTail : struct, IVectorAccess
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            // The sums of two sets would not fit the registers.
            Single(new PrefetchingVector(ahead), leftOffset, stride, position, positionStep, steps, tail, leftSums);
            Single(new PrefetchingVector(ahead), rightOffset, stride, position, positionStep, steps, tail, rightSums);
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
            position += positionStep;
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

    /// <summary>Adds a sequence of vectors, and a tail if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Single<TAccess, TTail>(
        TAccess access, nint offset, nint stride, nint position, nint positionStep, int steps, TTail tail, LaneAccumulators* sums)
        where TAccess : struct, IVectorAccess
        where TTail : struct, IVectorAccess
    {
        TReduction formula = reduction;
        Double16 shift = sums->Shift, first = sums->First, second = sums->Second;
        for (int i = 0; i < steps; i++)
        {
            formula.Add(access, offset, position, shift, ref first, ref second);
            offset += stride;
            position += positionStep;
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

    private static void StoreRuns(LaneAccumulators* lanes, int count, double elements, BlockSums* sums)
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
