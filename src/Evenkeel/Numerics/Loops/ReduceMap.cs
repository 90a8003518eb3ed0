using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Loops;

/// <summary>Reduces each set, has its coefficients built from the result, and maps it: in one pass through memory or in two.</summary>
/// <remarks>
/// In one pass, a group of sets is mapped after it has been reduced, out of the cache; or, fused, while the next is reduced, step by step,
/// so that memory is read and written at the same time, as in a copy. A reduction adds the same lanes in the same order in any case, so the
/// bits are the same.
/// </remarks>
internal static unsafe class ReduceMap
{
    /// <summary>Chunks per thread, so that no thread waits long for another.</summary>
    private const int ChunksPerThread = 8;

    /// <summary>Runs the reduction and the map in the order of the strategy of <paramref name="mode"/>.</summary>
    /// <param name="reduction">The reduction.</param>
    /// <param name="builder">Builds the coefficients of the sets that are reduced.</param>
    /// <param name="formula">The map.</param>
    /// <param name="view">The shape.</param>
    /// <param name="results">Receives the result of each set; empty to run the map alone, with coefficients that are already built.</param>
    /// <param name="mode">The order of memory accesses.</param>
    public static void Run<TReduction, TResult, TBuilder, TFormula, TCoefficients>(
        TReduction reduction, TBuilder builder, in TFormula formula, ChannelView view, Span<TResult> results, StoreMode mode)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TBuilder : struct, ICoefficientBuilder
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        if (results.IsEmpty)
        {
            ChannelMap.Run<TFormula, TCoefficients>(formula, view, mode);
            return;
        }

        if (view.Length == 0 || mode.Strategy.Order == MemoryOrder.TwoSweeps)
        {
            ChannelReduction.Run(reduction, builder, view, results);
            ChannelMap.Run<TFormula, TCoefficients>(formula, view, mode);
            return;
        }

        int group = mode.Strategy.SetsTogether;
        int groups = (view.Sets - 1) / group + 1;
        int groupsPerChunk = Math.Max(
            (WorkerPool.ChunkLength - 1) / (view.PerSet * group) + 1, groups / (ChunksPerThread * WorkerPool.Threads));
        groupsPerChunk = Math.Clamp(groupsPerChunk, 1, groups);
        fixed (TResult* target = results)
        {
            WorkerPool.Run(
                new Chunks<TReduction, TResult, TBuilder, TFormula, TCoefficients>(
                    reduction, builder, formula, view, target, mode, groupsPerChunk * group),
                (groups - 1) / groupsPerChunk + 1,
                WorkerPool.Estimate(view.Length, TReduction.Cost + TFormula.Cost));
        }

        if (mode.Stream)
        {
            // As in ChannelMap.
            NonTemporalVector.Fence();
        }
    }

    /// <summary>Chunks of groups of sets.</summary>
    private readonly struct Chunks<TReduction, TResult, TBuilder, TFormula, TCoefficients>(
        TReduction reduction, TBuilder builder, TFormula formula, ChannelView view, TResult* results, StoreMode mode, int setsPerChunk)
        : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TBuilder : struct, ICoefficientBuilder
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        private readonly ReductionBlocking _grid = new(view);
        private readonly SetMap<TFormula, TCoefficients> _maps = new(formula, view, mode);

        public void Invoke(int index)
        {
            int start = index * setsPerChunk;
            int end = start + Math.Min(setsPerChunk, view.Sets - start);
            if (mode.Stream)
            {
                Groups(default(NonTemporalVector), start, end);
            }
            else
            {
                Groups(default(FullVector), start, end);
            }
        }

        private void Groups<TAccess>(TAccess access, int set, int end)
            where TAccess : struct, IVectorAccess
        {
            int count = Math.Min(mode.Strategy.SetsTogether, end - set);
            var map = new RunMap<TAccess, TFormula, TCoefficients>(access, formula, mode);
            if (mode.Strategy.Order == MemoryOrder.SetBySet || !map.MapsRunsSeparately(view.Inner))
            {
                for (; set < end; set += count)
                {
                    count = Math.Min(count, end - set);
                    Reduce(set, count);
                    _maps.Invoke(access, set, count);
                }

                return;
            }

            Reduce(set, count);
            for (; set + 2 * count <= end; set += count)
            {
                MapAndReduceNext(map, set, count);
            }

            _maps.Invoke(access, set, count);
            set += count;
            if (set < end)
            {
                Reduce(set, end - set);
                _maps.Invoke(access, set, end - set);
            }
        }

        private void Reduce(int first, int count)
        {
            // Sets of several blocks are contiguous only by themselves.
            int together = view.Outer == 1 && _grid.Blocks > 1 ? 1 : count;
            for (int i = 0; i < count; i += together)
            {
                new BlockReduction<TReduction, TResult>(reduction, _grid).Reduce(first + i, together, results);
            }

            builder.Build(first, count);
        }

        private void MapAndReduceNext<TAccess>(RunMap<TAccess, TFormula, TCoefficients> map, int mapped, int count)
            where TAccess : struct, IVectorAccess
        {
            int next = mapped + count;
            nint distance = _grid.Distance(mapped, count);
            var trailing = new TrailingMap<TAccess, TFormula, TCoefficients>(map, mapped, distance);
            new BlockReduction<TReduction, TResult>(reduction, _grid).ReduceAndMap(trailing, next, count, results);
            builder.Build(next, count);
        }
    }
}
