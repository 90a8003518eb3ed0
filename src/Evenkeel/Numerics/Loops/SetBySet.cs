using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Loops;

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
            ChannelReduction.Run(reduction, policy, view, results);
            ChannelMap.Run<TFormula, TCoefficients>(formula, view, stores);
            return;
        }

        int group = stores.Strategy.SetsTogether;
        int groups = (view.Sets - 1) / group + 1;
        int groupsPerShare = Math.Max((Share - 1) / (view.PerSet * group) + 1, groups / (SharesPerThread * WorkSplitter.Threads));
        groupsPerShare = Math.Clamp(groupsPerShare, 1, groups);
        fixed (TResult* target = results)
        {
            WorkSplitter.Run(
                new Shares<TReduction, TResult, TPolicy, TFormula, TCoefficients>(
                    reduction, policy, formula, view, target, stores, groupsPerShare * group),
                (groups - 1) / groupsPerShare + 1);
        }

        if (stores.Stream)
        {
            // As in ChannelMap.
            Thread.MemoryBarrier();
        }
    }

    /// <summary>Shares of sets: each is mapped while the next is reduced.</summary>
    private readonly struct Shares<TReduction, TResult, TPolicy, TFormula, TCoefficients>(
        TReduction reduction, TPolicy policy, TFormula formula, ChannelView view, TResult* results, Stores stores, int setsPerShare) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TPolicy : struct, ISetPolicy
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        private readonly BlockGrid _grid = new(view);
        private readonly SetMap<TFormula, TCoefficients> _maps = new(formula, view, stores);

        public void Invoke(int index)
        {
            int start = index * setsPerShare;
            int end = start + Math.Min(setsPerShare, view.Sets - start);
            if (stores.Stream)
            {
                Groups(default(StreamedLanes), start, end);
            }
            else
            {
                Groups(default(AllLanes), start, end);
            }
        }

        private void Groups<TLanes>(TLanes lanes, int set, int end)
            where TLanes : struct, ILanes
        {
            int count = Math.Min(stores.Strategy.SetsTogether, end - set);
            Reduce(set, count);
            for (; set + 2 * count <= end; set += count)
            {
                MapAndReduceNext(lanes, set, count);
            }

            _maps.Invoke(lanes, set, count);
            set += count;
            if (set < end)
            {
                Reduce(set, end - set);
                _maps.Invoke(lanes, set, end - set);
            }
        }

        private void Reduce(int first, int count)
        {
            new BlockReduction<TReduction, TResult>(reduction, _grid).Reduce(first, count, results);
            policy.Prepare(first, count);
        }

        private void MapAndReduceNext<TLanes>(TLanes lanes, int mapped, int count)
            where TLanes : struct, ILanes
        {
            int next = mapped + count;
            nint distance = _grid.Distance(mapped, count);
            var map = new MapBefore<TLanes, TFormula, TCoefficients>(new(lanes, formula, stores), mapped, distance);
            new BlockReduction<TReduction, TResult>(reduction, _grid).ReduceBeside(map, next, count, results);
            policy.Prepare(next, count);
        }
    }
}
