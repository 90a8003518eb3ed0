using System.Buffers;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Loops;

/// <summary>The loop that reduces each set of a view.</summary>
/// <remarks>
/// A set is divided into blocks of up to 4,096 elements by its shape alone. Within a block, sixteen double-precision lanes each add
/// their own elements in order; lanes are folded, and blocks merged, in a fixed order. So neither the width of the machine's vectors
/// nor the number of threads changes a bit of the result. If there are too few sets for the threads, the blocks are distributed: the
/// sums of each block are kept and merged afterwards in the same order.
/// </remarks>
internal static unsafe class ChannelReduction
{
    /// <summary>With fewer chunks of whole sets than this, threads would wait for each other, so blocks are distributed instead.</summary>
    private const int FewChunks = 16;

    /// <summary>Elements whose reduction takes as long as merging the sums of two blocks.</summary>
    private const long ElementsPerMerge = 32;

    /// <summary>Reduces every set of <paramref name="view"/> into <paramref name="results"/>.</summary>
    public static void Run<TReduction, TResult>(TReduction reduction, ChannelView view, Span<TResult> results)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged => Run(reduction, default(NoCoefficients), view, results);

    /// <summary>Reduces every set and has its coefficients built.</summary>
    public static void Run<TReduction, TResult, TBuilder>(TReduction reduction, TBuilder builder, ChannelView view, Span<TResult> results)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TBuilder : struct, ICoefficientBuilder
    {
        if (view.Length == 0)
        {
            results.Fill(TReduction.Result(0, 0, TReduction.Start, TReduction.Start));
            return;
        }

        var grid = new ReductionBlocking(view);
        int groupsPerChunk = Math.Max(1, WorkerPool.ChunkLength / grid.SetsPerGroup / view.PerSet);
        int chunks = (grid.Groups - 1) / groupsPerChunk + 1;
        fixed (TResult* target = results)
        {
            if (!grid.ReducesByBlocks && (chunks >= FewChunks || grid.Blocks == 1 || view.Length <= WorkerPool.ChunkLength))
            {
                WorkerPool.Run(
                    new SetChunks<TReduction, TResult, TBuilder>(reduction, builder, grid, groupsPerChunk, target),
                    chunks,
                    WorkerPool.Estimate(view.Length, TReduction.Cost));
                return;
            }

            LaneSums[] kept = ArrayPool<LaneSums>.Shared.Rent(grid.Blocks * grid.Vectors + 1);
            fixed (LaneSums* memory = kept)
            {
                LaneSums* sums = LaneSums.Align(memory);
                int parts = grid.Blocks * grid.Groups, partsPerChunk = Math.Max(1, WorkerPool.ChunkLength / (view.Length / parts));
                WorkerPool.Run(
                    new BlockChunks<TReduction, TResult>(reduction, grid, partsPerChunk, sums),
                    (parts - 1) / partsPerChunk + 1,
                    WorkerPool.Estimate(view.Length, TReduction.Cost));
                Merge<TReduction, TResult, TBuilder>(builder, grid, sums, results);
            }

            ArrayPool<LaneSums>.Shared.Return(kept);
        }
    }

    /// <summary>Merges the kept sums of the blocks of every set, in order, into the results, and has the coefficients built.</summary>
    public static void Merge<TReduction, TResult, TBuilder>(
        TBuilder builder, ReductionBlocking grid, LaneSums* sums, Span<TResult> results)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TBuilder : struct, ICoefficientBuilder
    {
        fixed (TResult* target = results)
        {
            WorkerPool.Run(
                new Merges<TReduction, TResult, TBuilder>(builder, grid, sums, target),
                grid.Vectors,
                WorkerPool.Estimate(ElementsPerMerge * grid.Blocks * grid.View.Sets));
        }
    }

    /// <summary>Chunks of whole sets, whose blocks are merged as they come.</summary>
    private readonly struct SetChunks<TReduction, TResult, TBuilder>(
        TReduction reduction, TBuilder builder, ReductionBlocking grid, int groupsPerChunk, TResult* results) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TBuilder : struct, ICoefficientBuilder
    {
        public void Invoke(int index)
        {
            var blocks = new BlockReduction<TReduction, TResult>(reduction, grid);
            int start = index * groupsPerChunk;
            int end = start + Math.Min(groupsPerChunk, grid.Groups - start);
            for (int group = start; group < end; group++)
            {
                (int first, int count) = grid.SetsOf(group);
                blocks.Reduce(first, count, results);
                builder.Build(first, count);
            }
        }
    }

    /// <summary>Chunks of blocks of groups, in the order of memory, whose sums are kept.</summary>
    private readonly struct BlockChunks<TReduction, TResult>(
        TReduction reduction, ReductionBlocking grid, int partsPerChunk, LaneSums* sums) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
    {
        public void Invoke(int index)
        {
            var blocks = new BlockReduction<TReduction, TResult>(reduction, grid);
            int start = index * partsPerChunk;
            int end = start + Math.Min(partsPerChunk, grid.Blocks * grid.Groups - start);
            for (int part = start; part < end; part++)
            {
                (int block, int group) = Math.DivRem(part, grid.Groups);
                (int first, int count) = grid.SetsOf(group);
                blocks.Run(first, count, block, inMemoryOrder: true, sums + (nint)part * grid.VectorsPerGroup);
            }
        }
    }

    /// <summary>The kept sums of up to sixteen neighbouring sets, merged in order.</summary>
    private readonly struct Merges<TReduction, TResult, TBuilder>(
        TBuilder builder, ReductionBlocking grid, LaneSums* sums, TResult* results) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TBuilder : struct, ICoefficientBuilder
    {
        public void Invoke(int index)
        {
            (int group, int vector) = Math.DivRem(index, grid.VectorsPerGroup);
            (int first, int count) = grid.SetsOf(group);
            int start = vector * FullVector.Count, sets = Math.Min(FullVector.Count, count - start);
            if (sets <= 0)
            {
                return;
            }

            LaneSums merged;
            var blocks = new BlockReduction<TReduction, TResult>(default, grid);
            for (int block = 0; block < grid.Blocks; block++)
            {
                blocks.Merge(block, sums + (nint)block * grid.Vectors + index, sets, &merged);
            }

            LaneSums.Finish<TReduction, TResult>(&merged, sets, grid.View.PerSet, results + first + start);
            builder.Build(first + start, sets);
        }
    }
}
