using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics;

/// <summary>
/// Reduces each set, has a policy make coefficients of the result, and maps the set with them: in one pass through memory where a
/// set stays in the cache in between, in two where it does not.
/// </summary>
/// <remarks>
/// In one pass, a set is mapped while the next is reduced, step by step: so memory is read and written at the same time, as in a copy.
/// A reduction adds up the same lanes in the same order either way, and the result is the same to the last bit.
/// </remarks>
internal static unsafe class SetBySet
{
    /// <summary>Elements below which a share is not worth a thread.</summary>
    private const int Share = 32 * 1024;

    /// <summary>Shares per thread, so that none waits long for another.</summary>
    private const int SharesPerThread = 8;

    /// <summary>Runs both, set by set where <see cref="MemoryStrategy"/> says so. Results and streams are as in <see cref="ChannelReduction"/> and <see cref="ChannelMap"/>.</summary>
    public static void Run<TReduction, TResult, TPolicy, TFormula, TCoefficients>(
        TReduction reduction, TPolicy policy, in TFormula formula, ChannelView view, Span<TResult> results, Stores stores)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TPolicy : struct, ISetPolicy
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        results.Clear();
        if (view.Length == 0)
        {
            return;
        }

        if (!stores.Strategy.SetBySet)
        {
            ChannelReduction.Run(reduction, view, results);
            for (int set = 0; set < view.Sets; set++)
            {
                policy.Prepare(set);
            }

            ChannelMap.Run<TFormula, TCoefficients>(formula, view, stores);
            return;
        }

        var grid = new BlockGrid(view);
        int group = stores.Strategy.SetsTogether;
        int groups = (view.Sets - 1) / group + 1;
        int groupsPerShare = Math.Max((Share - 1) / (view.PerSet * group) + 1, groups / (SharesPerThread * Parallelism.Threads));
        groupsPerShare = Math.Clamp(groupsPerShare, 1, groups);
        fixed (TResult* target = results)
        {
            WorkSplitter.Run(
                new Shares<TReduction, TResult, TPolicy, TFormula, TCoefficients>(
                    reduction, policy, formula, grid, target, group, groupsPerShare, stores.Stream && stores.WholeLines),
                (groups - 1) / groupsPerShare + 1);
        }

        if (stores.Stream)
        {
            // As in ChannelMap.
            Thread.MemoryBarrier();
        }
    }

    private readonly struct Shares<TReduction, TResult, TPolicy, TFormula, TCoefficients>(
        TReduction reduction,
        TPolicy policy,
        TFormula formula,
        BlockGrid grid,
        TResult* results,
        int group,
        int groupsPerShare,
        bool streams) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TPolicy : struct, ISetPolicy
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        public void Invoke(int index)
        {
            if (streams)
            {
                Groups(default(StreamedLanes), index * groupsPerShare);
            }
            else
            {
                Groups(default(AllLanes), index * groupsPerShare);
            }
        }

        private void Groups<TLanes>(TLanes lanes, int index)
            where TLanes : struct, ILanes
        {
            int set = index * group;
            int end = Math.Min(set + groupsPerShare * group, grid.View.Parts * grid.View.Channels);
            int count = Math.Min(group, end - set);
            Reduce(set, count);
            for (; set + 2 * count <= end; set += count)
            {
                MapAndReduceNext(lanes, set, count);
            }

            Map(lanes, set, count);
            set += count;
            if (set < end)
            {
                Reduce(set, end - set);
                Map(lanes, set, end - set);
            }
        }

        private void Reduce(int first, int count)
        {
            new BlockReduction<TReduction, TResult>(reduction, grid).Reduce(first, count, results);
            Prepare(first, count);
        }

        private void MapAndReduceNext<TLanes>(TLanes lanes, int mapped, int count)
            where TLanes : struct, ILanes
        {
            int next = mapped + count;
            nint distance = grid.RunsOf(next, 0).Offset - grid.RunsOf(mapped, 0).Offset;
            var map = new MapBefore<TLanes, TFormula, TCoefficients>(lanes, formula, mapped, distance);
            new BlockReduction<TReduction, TResult>(reduction, grid).ReduceBeside(map, next, count, results);
            Prepare(next, count);
        }

        private void Prepare(int first, int count)
        {
            for (int set = first; set < first + count; set++)
            {
                policy.Prepare(set);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Map<TLanes>(TLanes lanes, int first, int count)
            where TLanes : struct, ILanes
        {
            TFormula map = formula;
            for (int set = first; set < first + count; set++)
            {
                TCoefficients coefficients = map.Of(set);
                for (int block = 0; block < grid.Blocks; block++)
                {
                    (nint offset, int runs, nint position, int length) = grid.RunsOf(set, block);
                    for (int run = 0; run < runs; run++, offset += grid.RunStride)
                    {
                        int i = 0;
                        for (; i <= length - AllLanes.Count; i += AllLanes.Count)
                        {
                            map.Invoke(lanes, offset + i, position + i, coefficients);
                        }

                        if (i < length)
                        {
                            map.Invoke(new FirstLanes(length - i), offset + i, position + i, coefficients);
                        }
                    }
                }
            }
        }
    }
}
