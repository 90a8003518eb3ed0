using System.Buffers;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Loops;

/// <summary>
/// The loop that reduces each set of a view.
/// </summary>
/// <remarks>
/// A set is cut into blocks of up to 4,096 elements by its shape alone; within a block, sixteen double-precision
/// lanes each add up their own elements in order; lanes are folded, and blocks merged, in a fixed order. So neither the
/// width of the machine's vectors nor the number of threads changes a bit of the result. Where sets are too few for the
/// threads to share, their blocks are shared: each block's sums are kept, and merged afterwards in the same order.
/// </remarks>
internal static unsafe class ChannelReduction
{
    /// <summary>Elements below which a share is not worth a thread.</summary>
    private const int Share = 32 * 1024;

    /// <summary>With fewer shares of whole sets than this, threads would wait for each other, and blocks are shared instead.</summary>
    private const int FewShares = 16;

    /// <summary>Reduces every set of <paramref name="view"/> into <paramref name="results"/>, which start out as they stand.</summary>
    public static void Run<TReduction, TResult>(TReduction reduction, ChannelView view, Span<TResult> results)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged => Run(reduction, default(NoPolicy), view, results);

    /// <summary>The same, and has a policy prepare each set when it is reduced.</summary>
    public static void Run<TReduction, TResult, TPolicy>(TReduction reduction, TPolicy policy, ChannelView view, Span<TResult> results)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TPolicy : struct, ISetPolicy
    {
        if (view.Length == 0)
        {
            return;
        }

        var grid = new BlockGrid(view);
        int unitsPerShare = Math.Max(1, Share / grid.SetsPerUnit / view.PerSet);
        int shares = (grid.Units - 1) / unitsPerShare + 1;
        fixed (TResult* target = results)
        {
            if (shares >= FewShares || grid.Blocks == 1 || view.Length <= Share)
            {
                WorkSplitter.Run(new SetShares<TReduction, TResult, TPolicy>(reduction, policy, grid, unitsPerShare, target), shares);
                return;
            }

            BlockSums[] kept = ArrayPool<BlockSums>.Shared.Rent(grid.Blocks * view.Sets);
            fixed (BlockSums* sums = kept)
            {
                int blocksPerShare = Math.Max(1, Share / (view.Length / grid.Blocks));
                WorkSplitter.Run(
                    new BlockShares<TReduction, TResult>(reduction, grid, blocksPerShare, sums), (grid.Blocks - 1) / blocksPerShare + 1);
                Merge<TReduction, TResult, TPolicy>(policy, grid, sums, results);
            }

            ArrayPool<BlockSums>.Shared.Return(kept);
        }
    }

    /// <summary>Merges the kept sums of every set's blocks, in order, into results that start out as they stand, and has a policy prepare the sets.</summary>
    public static void Merge<TReduction, TResult, TPolicy>(TPolicy policy, BlockGrid grid, BlockSums* sums, Span<TResult> results)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TPolicy : struct, ISetPolicy
    {
        fixed (TResult* target = results)
        {
            WorkSplitter.Run(
                new Merges<TReduction, TResult, TPolicy>(policy, grid, sums, target),
                (grid.View.Sets - 1) / Merges<TReduction, TResult, TPolicy>.Sets + 1);
        }
    }

    /// <summary>Shares of whole sets, whose blocks are merged as they come.</summary>
    private readonly struct SetShares<TReduction, TResult, TPolicy>(
        TReduction reduction, TPolicy policy, BlockGrid grid, int unitsPerShare, TResult* results) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TPolicy : struct, ISetPolicy
    {
        public void Invoke(int index)
        {
            var blocks = new BlockReduction<TReduction, TResult>(reduction, grid);
            int start = index * unitsPerShare;
            int end = start + Math.Min(unitsPerShare, grid.Units - start);
            for (int unit = start; unit < end; unit++)
            {
                (int first, int count) = grid.SetsOf(unit);
                blocks.Reduce(first, count, results);
                policy.Prepare(first, count);
            }
        }
    }

    /// <summary>Shares of blocks, whose sums are kept.</summary>
    private readonly struct BlockShares<TReduction, TResult>(
        TReduction reduction, BlockGrid grid, int blocksPerShare, BlockSums* sums) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
    {
        public void Invoke(int index)
        {
            var blocks = new BlockReduction<TReduction, TResult>(reduction, grid);
            int start = index * blocksPerShare;
            int end = start + Math.Min(blocksPerShare, grid.Blocks - start);
            for (int block = start; block < end; block++)
            {
                for (int unit = 0; unit < grid.Units; unit++)
                {
                    (int firstSet, int count) = grid.SetsOf(unit);
                    blocks.Run(firstSet, count, block, goesOn: false, sums + (nint)block * grid.View.Sets + firstSet);
                }
            }
        }
    }

    /// <summary>The kept sums of some neighbouring sets, merged in order.</summary>
    private readonly struct Merges<TReduction, TResult, TPolicy>(TPolicy policy, BlockGrid grid, BlockSums* sums, TResult* results) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TPolicy : struct, ISetPolicy
    {
        public const int Sets = 8;

        public void Invoke(int index)
        {
            int start = index * Sets;
            int end = start + Math.Min(Sets, grid.View.Sets - start);
            for (int block = 0; block < grid.Blocks; block++)
            {
                BlockSums* line = sums + (nint)block * grid.View.Sets;
                for (int set = start; set < end; set++)
                {
                    line[set].MergeInto<TReduction, TResult>(ref results[set], sums[set].Shift);
                }
            }

            for (int set = start; set < end; set++)
            {
                TReduction.Restore(ref results[set], sums[set].Shift);
            }

            policy.Prepare(start, end - start);
        }
    }
}
