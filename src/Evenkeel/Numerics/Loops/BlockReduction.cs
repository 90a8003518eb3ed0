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
    /// <summary>The rows that are read before the next columns.</summary>
    private const int RowsPerGroup = 4;

    /// <summary>
    /// The most columns, in one tensor and in several, for which twice as many rows are read: more streams of memory at a time are slower.
    /// </summary>
    private const int NarrowColumns = 512;
    private const int NarrowColumnsOfSeveral = 128;

    /// <summary>The prefetch distance in groups of rows.</summary>
    private const int GroupsAhead = 4;

    /// <summary>The prefetch distance in elements within contiguous memory.</summary>
    private const int Near = 1024;

    /// <summary>
    /// The longest run whose successor is prefetched: the processor prefetches longer ones itself, and they would fill the cache.
    /// </summary>
    private const int LongestRunAhead = 16 * 1024;

    /// <summary>The shortest run that is long enough to be summed alone, for sets that follow each other.</summary>
    private const int ShortestInSequence = 128;

    /// <summary>Reduces neighbouring sets of a group, block by block.</summary>
    public void Reduce(int first, int count, TResult* results)
    {
        LaneSums* memory = stackalloc LaneSums[2 * LaneSums.CountOf(count) + 1];
        LaneSums* sums = LaneSums.Align(memory), merged = sums + LaneSums.CountOf(count);
        for (int block = 0; block < grid.Blocks; block++)
        {
            Run(first, count, block, inMemoryOrder: false, sums);
            Merge(block, sums, count, merged);
        }

        LaneSums.Finish<TReduction, TResult>(merged, count, grid.View.PerSet, results + first);
    }

    /// <summary>Reduces neighbouring sets whose elements lie in runs and maps earlier sets, step by step.</summary>
    public void ReduceAndMap<TAccess, TFormula, TCoefficients>(
        TrailingMap<TAccess, TFormula, TCoefficients> trailing, int first, int count, TResult* results)
        where TAccess : struct, IVectorAccess
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        LaneSums* memory = stackalloc LaneSums[2 * LaneSums.CountOf(count) + 1];
        LaneSums* sums = LaneSums.Align(memory), merged = sums + LaneSums.CountOf(count);
        for (int block = 0; block < grid.Blocks; block++)
        {
            RunAndMap(trailing, first, count, block, hasNext: block + 1 < grid.Blocks, sums);
            Merge(block, sums, count, merged);
        }

        LaneSums.Finish<TReduction, TResult>(merged, count, grid.View.PerSet, results + first);
    }

    /// <summary>Merges the sums of a block of <paramref name="sets"/> neighbouring sets with those of the blocks before it.</summary>
    public void Merge(int block, LaneSums* sums, int sets, LaneSums* merged)
    {
        double before = grid.ElementsBefore(block), count = grid.ElementsOf(block);
        for (int i = 0; i < LaneSums.CountOf(sets); i++)
        {
            if (block == 0)
            {
                merged[i] = LaneSums.Begin<TReduction, TResult>(sums[i].Shift);
            }

            TReduction.Merge(ref merged[i], before, in sums[i], count);
        }
    }

    /// <summary>Sums a block of each of <paramref name="count"/> neighbouring sets of a group.</summary>
    /// <remarks>
    /// <paramref name="inMemoryOrder"/> is true if the same block of the next sets follows; otherwise the next runs of the same sets do,
    /// and are prefetched.
    /// </remarks>
    public void Run(int set, int count, int block, bool inMemoryOrder, LaneSums* sums)
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
            Runs(default(FullVector), set, count, offset, runs, position, length, inMemoryOrder, sums);
        }
        else
        {
            Runs(new MaskedVector(rest), set, count, offset, runs, position, length, inMemoryOrder, sums);
        }
    }

    /// <summary>Sums a block of neighbouring sets, whose runs fill whole cache lines, while mapping the runs of earlier sets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void RunAndMap<TAccess, TFormula, TCoefficients>(
        TrailingMap<TAccess, TFormula, TCoefficients> trailing, int set, int count, int block, bool hasNext, LaneSums* sums)
        where TAccess : struct, IVectorAccess
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        (nint offset, int runs, nint position, int length) = grid.RunsOf(set, block);
        LaneSums* memory = stackalloc LaneSums[count + 1];
        LaneSums* lanes = LaneSums.Align(memory);
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

                lanes[i].First = first;
                lanes[i].Second = second;
            }
        }

        StoreRuns(lanes, count, sums);
    }

    // The next run of these sets is not adjacent, so the processor would not prefetch it in time.
    private nint Ahead(bool isNotLast) => isNotLast && grid.View.Inner <= LongestRunAhead ? grid.RunStride : 0;

    /// <summary>Sums sets whose elements lie in runs of <c>Inner</c>, with vectors along the runs and a tail at the end of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Runs<TTail>(
        TTail tail, int set, int count, nint offset, int runs, nint position, int length, bool inMemoryOrder, LaneSums* sums)
        where TTail : struct, IVectorAccess
    {
        // Sets that follow each other are one sequence, which the processor prefetches; two at a time are two, with gaps.
        bool isSequence = (inMemoryOrder || grid.View.Outer == 1) && length >= ShortestInSequence;
        int steps = length / FullVector.Count;
        if (isSequence && runs == 1)
        {
            Sequence(tail, set, count, offset, position, steps, sums);
            return;
        }

        nint inner = grid.View.Inner;
        LaneSums* memory = stackalloc LaneSums[count + 1];
        LaneSums* lanes = LaneSums.Align(memory);
        BeginRuns(set, count, offset, lanes);
        for (int run = 0; run < runs; run++, offset += grid.RunStride)
        {
            nint ahead = Ahead(!inMemoryOrder || run + 1 < runs);
            nint left = offset;
            int i = 0;
            for (; isSequence && i < count; i++, left += inner)
            {
                Single(default(FullVector), left, FullVector.Count, position, FullVector.Count, steps, tail, lanes + i);
            }

            for (; i < count - 1; i += 2, left += 2 * inner)
            {
                Pair(ahead, left, left + inner, FullVector.Count, position, FullVector.Count, steps, tail, lanes + i, lanes + i + 1);
            }

            if (i < count)
            {
                Single(new PrefetchingVector(ahead), left, FullVector.Count, position, FullVector.Count, steps, tail, lanes + i);
            }
        }

        StoreRuns(lanes, count, sums);
    }

    /// <summary>Sums sets of one run each, which follow each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Sequence<TTail>(TTail tail, int set, int count, nint offset, nint position, int steps, LaneSums* sums)
        where TTail : struct, IVectorAccess
    {
        TReduction formula = reduction;
        for (int i = 0; i < count; i++)
        {
            double shift = formula.Shift(set + i, offset);
            Double16 shifts = Double16.Create(shift), first = Double16.Create(TReduction.Start), second = first;
            nint at = offset, within = position;
            for (int k = 0; k < steps; k++, at += FullVector.Count, within += FullVector.Count)
            {
                formula.Add(default(FullVector), at, within, shifts, ref first, ref second);
            }

            if (typeof(TTail) == typeof(MaskedVector))
            {
                formula.Add(tail, at, within, shifts, ref first, ref second);
            }

            LaneSums.Store(sums, i, shift, TReduction.Fold(first), TReduction.Fold(second));
            offset += grid.View.Inner;
        }
    }

    /// <summary>Sums channels that are the columns of a matrix, a lane for each, a few rows at a time.</summary>
    private void Columns(int set, int count, nint offset, nint row, int rows, LaneSums* sums)
    {
        BeginColumns(set, count, offset, sums);
        bool isNarrow = count <= (TReduction.Tensors == 1 ? NarrowColumns : NarrowColumnsOfSeveral);
        int rowsPerGroup = isNarrow ? 2 * RowsPerGroup : RowsPerGroup;
        nint stride = grid.View.Channels, ahead = GroupsAhead * rowsPerGroup * stride;
        for (int start = 0; start < rows; start += rowsPerGroup)
        {
            AddRows(count, offset + start * stride, row + start, Math.Min(rowsPerGroup, rows - start), ahead, sums);
        }
    }

    /// <summary>Starts the sums of neighbouring columns, a lane for each.</summary>
    private void BeginColumns(int set, int count, nint offset, LaneSums* lanes)
    {
        int i = 0;
        for (; i <= count - FullVector.Count; i += FullVector.Count)
        {
            *lanes++ = Begin(reduction.Shifts(default(FullVector), set + i, offset + i));
        }

        if (i < count)
        {
            *lanes = Begin(reduction.Shifts(new MaskedVector(count - i), set + i, offset + i));
        }
    }

    /// <summary>Adds a few rows to the sums of their columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddRows(int count, nint offset, nint row, int rows, nint ahead, LaneSums* lanes)
    {
        nint stride = grid.View.Channels;
        int vectors = count / FullVector.Count;
        int i = 0;
        for (; i < vectors - 1; i += 2, offset += 2 * FullVector.Count)
        {
            nint right = offset + FullVector.Count;
            Pair(ahead, offset, right, stride, row, 1, rows, default(FullVector), lanes + i, lanes + i + 1);
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
    /// After each vector the offsets grow by <paramref name="stride"/> and the position by <paramref name="positionStep"/>. A struct of
    /// these would be read from memory in the loop: with it, sums of 16 columns took 1.4 to 3 times as long.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Pair<TTail>(
        nint ahead,
        nint leftOffset,
        nint rightOffset,
        nint stride,
        nint position,
        nint positionStep,
        int steps,
        TTail tail,
        LaneSums* leftSums,
        LaneSums* rightSums)
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
        var access = new PrefetchingVector(ahead);
        Double16 leftShift = leftSums->Shift, leftFirst = leftSums->First, leftSecond = leftSums->Second;
        Double16 rightShift = rightSums->Shift, rightFirst = rightSums->First, rightSecond = rightSums->Second;
        for (int i = 0; i < steps; i++)
        {
            formula.Add(access, leftOffset, position, leftShift, ref leftFirst, ref leftSecond);
            formula.Add(access, rightOffset, position, rightShift, ref rightFirst, ref rightSecond);
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
        TAccess access, nint offset, nint stride, nint position, nint positionStep, int steps, TTail tail, LaneSums* sums)
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

    private void BeginRuns(int set, int count, nint offset, LaneSums* lanes)
    {
        for (int i = 0; i < count; i++)
        {
            lanes[i] = Begin(Double16.Create(reduction.Shift(set + i, offset + i * (nint)grid.View.Inner)));
        }
    }

    private static void StoreRuns(LaneSums* lanes, int count, LaneSums* sums)
    {
        for (int i = 0; i < count; i++)
        {
            LaneSums.Store(sums, i, lanes[i].Shift.First, TReduction.Fold(lanes[i].First), TReduction.Fold(lanes[i].Second));
        }
    }

    private static LaneSums Begin(Double16 shift) => LaneSums.Begin<TReduction, TResult>(shift);
}
