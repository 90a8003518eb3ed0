using System.Buffers;
using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics;

/// <summary>
/// What is summed over a set: two sums over a block of elements, taken relative to a shift, and how they turn into a
/// result.
/// </summary>
/// <typeparam name="TResult">What one set reduces to.</typeparam>
internal interface IChannelReduction<TResult>
    where TResult : struct
{
    /// <summary>What is subtracted from the elements of a block of <paramref name="set"/> that starts at <paramref name="offset"/>.</summary>
    double Shift(int set, nint offset);

    /// <summary>Adds the lanes at <paramref name="offset"/> to the two sums; lanes beyond the end must add zero.</summary>
    /// <remarks>
    /// The position is that of the first lane within its run; where channels are columns, it is the row, the same for all lanes.
    /// </remarks>
    void Add<TLanes>(TLanes lanes, nint offset, nint position, WideLanes shift, ref WideLanes first, ref WideLanes second)
        where TLanes : struct, ILanes;

    /// <summary>Adds a finished block's sums to the set's result so far.</summary>
    static abstract void Merge(ref TResult result, double count, double shift, double first, double second);

    /// <summary>What both sums of a block start from.</summary>
    static virtual double Start => 0;

    /// <summary>Folds the lanes of one of a block's sums, in an order that never changes.</summary>
    static virtual double Fold(WideLanes lanes) => lanes.Sum();
}

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
        where TResult : unmanaged
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
                WorkSplitter.Run(new SetShares<TReduction, TResult>(reduction, grid, unitsPerShare, target), shares);
                return;
            }

            BlockSums[] kept = ArrayPool<BlockSums>.Shared.Rent(grid.Blocks * view.Sets);
            fixed (BlockSums* sums = kept)
            {
                int blocksPerShare = Math.Max(1, Share / (view.Length / grid.Blocks));
                WorkSplitter.Run(
                    new BlockShares<TReduction, TResult>(reduction, grid, blocksPerShare, sums), (grid.Blocks - 1) / blocksPerShare + 1);
                WorkSplitter.Run(new Merges<TReduction, TResult>(grid, sums, target), view.Sets);
            }

            ArrayPool<BlockSums>.Shared.Return(kept);
        }
    }

    private readonly record struct BlockSums(double Count, double Shift, double First, double Second);

    /// <summary>Shares of whole sets, whose blocks are merged as they come.</summary>
    private readonly struct SetShares<TReduction, TResult>(
        TReduction reduction, BlockGrid grid, int unitsPerShare, TResult* results) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
    {
        public void Invoke(int index)
        {
            var blocks = new BlockReduction<TReduction, TResult>(reduction, grid);
            BlockSums* sums = stackalloc BlockSums[AllLanes.Count];
            int start = index * unitsPerShare;
            int end = start + Math.Min(unitsPerShare, grid.Units - start);
            for (int unit = start; unit < end; unit++)
            {
                (int firstSet, int count) = grid.SetsOf(unit);
                for (int block = 0; block < grid.Blocks; block++)
                {
                    blocks.Run(firstSet, count, block, sums);
                    for (int i = 0; i < count; i++)
                    {
                        TReduction.Merge(ref results[firstSet + i], sums[i].Count, sums[i].Shift, sums[i].First, sums[i].Second);
                    }
                }
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
                    blocks.Run(firstSet, count, block, sums + (nint)block * grid.View.Sets + firstSet);
                }
            }
        }
    }

    /// <summary>The kept sums of each set, merged in order.</summary>
    private readonly struct Merges<TReduction, TResult>(BlockGrid grid, BlockSums* sums, TResult* results) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
    {
        public void Invoke(int index)
        {
            TResult result = results[index];
            for (int block = 0; block < grid.Blocks; block++)
            {
                ref readonly BlockSums one = ref sums[(nint)block * grid.View.Sets + index];
                TReduction.Merge(ref result, one.Count, one.Shift, one.First, one.Second);
            }

            results[index] = result;
        }
    }

    /// <summary>How the sets of a view are cut into blocks: by the shape alone.</summary>
    /// <remarks>
    /// A unit is a set, or, where channels are the columns of a matrix, as many neighbouring sets as a vector has lanes. Every
    /// unit has the same blocks.
    /// </remarks>
    private readonly struct BlockGrid
    {
        private const int Elements = 4096;

        private readonly int _unitsPerPart;
        private readonly int _runsPerBlock;
        private readonly int _blocksPerRun;

        public BlockGrid(ChannelView view)
        {
            View = view;
            SetsPerUnit = view.Inner == 1 ? AllLanes.Count : 1;
            _unitsPerPart = (view.Channels - 1) / SetsPerUnit + 1;
            Units = view.Parts * _unitsPerPart;
            _runsPerBlock = view.Inner == 1 ? Elements / AllLanes.Count : Math.Max(1, Elements / view.Inner);
            _blocksPerRun = (view.Inner - 1) / Elements + 1;
            Blocks = ((view.Outer - 1) / _runsPerBlock + 1) * _blocksPerRun;
        }

        public ChannelView View { get; }

        public int SetsPerUnit { get; }

        public int Units { get; }

        /// <summary>How many blocks a set has.</summary>
        public int Blocks { get; }

        public (int First, int Count) SetsOf(int unit)
        {
            (int part, int column) = Math.DivRem(unit, _unitsPerPart);
            int channel = column * SetsPerUnit;
            return (part * View.Channels + channel, Math.Min(SetsPerUnit, View.Channels - channel));
        }

        public (nint Outer, int Runs, nint Inner, int Length) Bounds(int block)
        {
            (int outer, int inner) = Math.DivRem(block, _blocksPerRun);
            outer *= _runsPerBlock;
            inner *= Elements;
            return (outer, Math.Min(_runsPerBlock, View.Outer - outer), inner, Math.Min(Elements, View.Inner - inner));
        }
    }

    private readonly struct BlockReduction<TReduction, TResult>(TReduction reduction, BlockGrid grid)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
    {
        /// <summary>Sums a block of each of <paramref name="count"/> neighbouring sets.</summary>
        public void Run(int set, int count, int block, BlockSums* sums)
        {
            (nint outer, int runs, nint inner, int length) = grid.Bounds(block);
            (int part, int channel) = Math.DivRem(set, grid.View.Channels);
            nint line = (part * (nint)grid.View.Outer + outer) * grid.View.Channels;
            if (grid.View.Inner > 1)
            {
                *sums = Runs(set, (line + channel) * grid.View.Inner + inner, runs, inner, length);
            }
            else if (count == AllLanes.Count)
            {
                Columns(default(AllLanes), set, count, line + channel, outer, runs, sums);
            }
            else
            {
                Columns(new FirstLanes(count), set, count, line + channel, outer, runs, sums);
            }
        }

        /// <summary>A set whose elements lie in runs of <c>Inner</c>: the lanes go along the runs.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private BlockSums Runs(int set, nint offset, int runs, nint position, int length)
        {
            nint stride = (nint)grid.View.Channels * grid.View.Inner;
            TReduction formula = reduction;
            double shift = formula.Shift(set, offset);
            WideLanes shifts = WideLanes.Create(shift);
            WideLanes first = WideLanes.Create(TReduction.Start), second = first;
            int whole = length & -AllLanes.Count;
            for (int run = 0; run < runs; run++, offset += stride)
            {
                for (int i = 0; i < whole; i += AllLanes.Count)
                {
                    formula.Add(default(AllLanes), offset + i, position + i, shifts, ref first, ref second);
                }

                if (whole < length)
                {
                    formula.Add(new FirstLanes(length - whole), offset + whole, position + whole, shifts, ref first, ref second);
                }
            }

            return new BlockSums((double)runs * length, shift, TReduction.Fold(first), TReduction.Fold(second));
        }

        /// <summary>Channels that are the columns of a matrix: each has a lane, and the lanes go down the rows.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Columns<TLanes>(TLanes lanes, int set, int count, nint offset, nint row, int rows, BlockSums* sums)
            where TLanes : struct, ILanes
        {
            nint stride = grid.View.Channels;
            TReduction formula = reduction;
            double* shift = stackalloc double[AllLanes.Count];
            for (int lane = 0; lane < AllLanes.Count; lane++)
            {
                shift[lane] = lane < count ? formula.Shift(set + lane, offset + lane) : 0;
            }

            WideLanes shifts = WideLanes.Load(shift);
            WideLanes first = WideLanes.Create(TReduction.Start), second = first;
            for (int i = 0; i < rows; i++, offset += stride)
            {
                formula.Add(lanes, offset, row + i, shifts, ref first, ref second);
            }

            double* firsts = stackalloc double[AllLanes.Count];
            double* seconds = stackalloc double[AllLanes.Count];
            first.Store(firsts);
            second.Store(seconds);
            for (int lane = 0; lane < count; lane++)
            {
                sums[lane] = new BlockSums(rows, shift[lane], firsts[lane], seconds[lane]);
            }
        }
    }
}
