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
    /// <remarks>The shift is that of the block less that of the set's first block, so that nothing large is merged.</remarks>
    static abstract void Merge(ref TResult result, double count, double shift, double first, double second);

    /// <summary>Adds what was taken from every shift, that of the set's first block, to the set's result.</summary>
    static virtual void Restore(ref TResult result, double shift)
    {
    }

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
                WorkSplitter.Run(
                    new Merges<TReduction, TResult>(grid, sums, target), (view.Sets - 1) / Merges<TReduction, TResult>.Sets + 1);
            }

            ArrayPool<BlockSums>.Shared.Return(kept);
        }
    }

    private readonly record struct BlockSums(double Count, double Shift, double First, double Second)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MergeInto<TReduction, TResult>(ref TResult result, double origin)
            where TReduction : struct, IChannelReduction<TResult>
            where TResult : struct =>
            TReduction.Merge(ref result, Count, Shift - origin, First, Second);
    }

    /// <summary>Shares of whole sets, whose blocks are merged as they come.</summary>
    private readonly struct SetShares<TReduction, TResult>(
        TReduction reduction, BlockGrid grid, int unitsPerShare, TResult* results) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
    {
        public void Invoke(int index)
        {
            var blocks = new BlockReduction<TReduction, TResult>(reduction, grid);
            BlockSums* sums = stackalloc BlockSums[BlockGrid.ColumnsPerUnit];
            double* origins = stackalloc double[BlockGrid.ColumnsPerUnit];
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
                        origins[i] = block == 0 ? sums[i].Shift : origins[i];
                        sums[i].MergeInto<TReduction, TResult>(ref results[firstSet + i], origins[i]);
                    }
                }

                for (int i = 0; i < count; i++)
                {
                    TReduction.Restore(ref results[firstSet + i], origins[i]);
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

    /// <summary>The kept sums of some neighbouring sets, merged in order.</summary>
    private readonly struct Merges<TReduction, TResult>(BlockGrid grid, BlockSums* sums, TResult* results) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
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
        }
    }

    /// <summary>How the sets of a view are cut into blocks: by the shape alone.</summary>
    /// <remarks>
    /// A unit is a set, or, where channels are the columns of a matrix, as many neighbouring sets as two vectors have lanes. Every
    /// unit has the same blocks. Blocks of columns have 256 rows, and up to 4,096 where that leaves 64 blocks for the threads
    /// to share and a block fits the cache.
    /// </remarks>
    private readonly struct BlockGrid
    {
        public const int ColumnsPerUnit = 2 * AllLanes.Count;

        private const int Elements = 4096;
        private const int FewestRows = 256;
        private const int ElementsOfRows = 128 * 1024;
        private const int ManyBlocks = 64;

        private readonly int _unitsPerPart;
        private readonly int _runsPerBlock;
        private readonly int _blocksPerRun;

        public BlockGrid(ChannelView view)
        {
            View = view;
            SetsPerUnit = view.Inner == 1 ? ColumnsPerUnit : 1;
            _unitsPerPart = (view.Channels - 1) / SetsPerUnit + 1;
            Units = view.Parts * _unitsPerPart;
            _runsPerBlock = view.Inner == 1
                ? Math.Clamp(Math.Min(view.Outer / ManyBlocks, ElementsOfRows / view.Channels), FewestRows, Elements)
                : Math.Max(1, Elements / view.Inner);
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
            else if (count == BlockGrid.ColumnsPerUnit)
            {
                ColumnPairs(default(AllLanes), set, count, line + channel, outer, runs, sums);
            }
            else if (count > AllLanes.Count)
            {
                ColumnPairs(new FirstLanes(count - AllLanes.Count), set, count, line + channel, outer, runs, sums);
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
            WideLanes shift = Shifts(set, count, offset);
            WideLanes first = WideLanes.Create(TReduction.Start), second = first;
            for (int i = 0; i < rows; i++, offset += stride)
            {
                formula.Add(lanes, offset, row + i, shift, ref first, ref second);
            }

            Keep(count, rows, shift, first, second, sums);
        }

        /// <summary>The same for a whole vector of columns and what is beside it: twice as much of a row at a time, for memory's sake.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void ColumnPairs<TLanes>(TLanes right, int set, int count, nint offset, nint row, int rows, BlockSums* sums)
            where TLanes : struct, ILanes
        {
            nint stride = grid.View.Channels;
            TReduction formula = reduction;
            WideLanes leftShift = Shifts(set, AllLanes.Count, offset);
            WideLanes rightShift = Shifts(set + AllLanes.Count, count - AllLanes.Count, offset + AllLanes.Count);
            WideLanes leftFirst = WideLanes.Create(TReduction.Start), leftSecond = leftFirst;
            WideLanes rightFirst = leftFirst, rightSecond = leftFirst;
            for (int i = 0; i < rows; i++, offset += stride)
            {
                formula.Add(default(AllLanes), offset, row + i, leftShift, ref leftFirst, ref leftSecond);
                formula.Add(right, offset + AllLanes.Count, row + i, rightShift, ref rightFirst, ref rightSecond);
            }

            Keep(AllLanes.Count, rows, leftShift, leftFirst, leftSecond, sums);
            Keep(count - AllLanes.Count, rows, rightShift, rightFirst, rightSecond, sums + AllLanes.Count);
        }

        private WideLanes Shifts(int set, int count, nint offset)
        {
            double* shifts = stackalloc double[AllLanes.Count];
            for (int lane = 0; lane < AllLanes.Count; lane++)
            {
                shifts[lane] = lane < count ? reduction.Shift(set + lane, offset + lane) : 0;
            }

            return WideLanes.Load(shifts);
        }

        private static void Keep(int count, int rows, WideLanes shift, WideLanes first, WideLanes second, BlockSums* sums)
        {
            double* lanes = stackalloc double[3 * AllLanes.Count];
            shift.Store(lanes);
            first.Store(lanes + AllLanes.Count);
            second.Store(lanes + 2 * AllLanes.Count);
            for (int lane = 0; lane < count; lane++)
            {
                sums[lane] = new BlockSums(rows, lanes[lane], lanes[AllLanes.Count + lane], lanes[2 * AllLanes.Count + lane]);
            }
        }
    }
}
