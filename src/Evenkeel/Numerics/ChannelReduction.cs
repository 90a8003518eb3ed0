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
}

/// <summary>
/// The loop that reduces each set of a view.
/// </summary>
/// <remarks>
/// A set is cut into blocks of up to 4,096 elements by its shape alone; within a block, sixteen double-precision
/// lanes each add up their own elements in order; lanes are folded, and blocks merged, in a fixed order. So neither the
/// width of the machine's vectors nor the number of threads changes a bit of the result.
/// </remarks>
internal static unsafe class ChannelReduction
{
    private const int Block = 4096;

    /// <summary>Rows of a block where channels are the columns of a matrix, each in a lane of its own.</summary>
    private const int BlockRows = Block / AllLanes.Count;

    /// <summary>Elements below which a share is not worth a thread.</summary>
    private const int Share = 32 * 1024;

    /// <summary>Reduces every set of <paramref name="view"/> into <paramref name="results"/>, which start out as they stand.</summary>
    public static void Run<TReduction, TResult>(TReduction reduction, ChannelView view, Span<TResult> results)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
    {
        if (view.Length == 0)
        {
            return;
        }

        // A unit of work is a set, or, where channels are columns, as many sets as a vector has lanes.
        int lanes = view.Inner == 1 ? AllLanes.Count : 1;
        int unitsPerPart = (view.Channels - 1) / lanes + 1;
        int units = view.Parts * unitsPerPart;
        int unitsPerShare = Math.Max(1, Share / lanes / view.PerSet);
        fixed (TResult* target = results)
        {
            WorkSplitter.Run(
                new Shares<TReduction, TResult>(reduction, view, target, units, unitsPerPart, unitsPerShare),
                (units - 1) / unitsPerShare + 1);
        }
    }

    private readonly struct Shares<TReduction, TResult>(
        TReduction reduction, ChannelView view, TResult* results, int units, int unitsPerPart, int unitsPerShare) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
    {
        public void Invoke(int index)
        {
            int start = index * unitsPerShare;
            int end = start + Math.Min(unitsPerShare, units - start);
            for (int unit = start; unit < end; unit++)
            {
                (int part, int column) = Math.DivRem(unit, unitsPerPart);
                if (view.Inner == 1)
                {
                    Columns(part, column * AllLanes.Count);
                }
                else
                {
                    Runs(part, column);
                }
            }
        }

        /// <summary>A set whose elements lie in runs of <c>Inner</c>: the lanes go along the runs.</summary>
        private void Runs(int part, int channel)
        {
            int runsPerBlock = Math.Max(1, Block / view.Inner);
            for (nint outer = 0; outer < view.Outer; outer += runsPerBlock)
            {
                int runs = (int)Math.Min(runsPerBlock, view.Outer - outer);
                for (nint inner = 0; inner < view.Inner; inner += Block)
                {
                    RunBlock(part, channel, outer, runs, inner, (int)Math.Min(Block, view.Inner - inner));
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunBlock(int part, int channel, nint outer, int runs, nint inner, int length)
        {
            nint stride = (nint)view.Channels * view.Inner;
            nint offset = (part * (nint)view.Outer + outer) * stride + (nint)channel * view.Inner + inner;
            int set = part * view.Channels + channel;
            TReduction formula = reduction;
            double shift = formula.Shift(set, offset);
            WideLanes shifts = WideLanes.Create(shift);
            WideLanes first = default, second = default;
            int whole = length & -AllLanes.Count;
            for (int run = 0; run < runs; run++, offset += stride)
            {
                for (int i = 0; i < whole; i += AllLanes.Count)
                {
                    formula.Add(default(AllLanes), offset + i, inner + i, shifts, ref first, ref second);
                }

                if (whole < length)
                {
                    formula.Add(new FirstLanes(length - whole), offset + whole, inner + whole, shifts, ref first, ref second);
                }
            }

            TReduction.Merge(ref results[set], (double)runs * length, shift, first.Sum(), second.Sum());
        }

        /// <summary>Channels that are the columns of a matrix: each has a lane, and the lanes go down the rows.</summary>
        private void Columns(int part, int channel)
        {
            int count = Math.Min(AllLanes.Count, view.Channels - channel);
            for (nint row = 0; row < view.Outer; row += BlockRows)
            {
                int rows = (int)Math.Min(BlockRows, view.Outer - row);
                if (count == AllLanes.Count)
                {
                    ColumnBlock(default(AllLanes), part, channel, count, row, rows);
                }
                else
                {
                    ColumnBlock(new FirstLanes(count), part, channel, count, row, rows);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void ColumnBlock<TLanes>(TLanes lanes, int part, int channel, int count, nint row, int rows)
            where TLanes : struct, ILanes
        {
            nint stride = view.Channels;
            nint offset = (part * (nint)view.Outer + row) * stride + channel;
            int set = part * view.Channels + channel;
            TReduction formula = reduction;
            double* shift = stackalloc double[AllLanes.Count];
            for (int lane = 0; lane < AllLanes.Count; lane++)
            {
                shift[lane] = lane < count ? formula.Shift(set + lane, offset + lane) : 0;
            }

            WideLanes shifts = WideLanes.Load(shift);
            WideLanes first = default, second = default;
            for (int i = 0; i < rows; i++, offset += stride)
            {
                formula.Add(lanes, offset, row + i, shifts, ref first, ref second);
            }

            double* sums = stackalloc double[2 * AllLanes.Count];
            first.Store(sums);
            second.Store(sums + AllLanes.Count);
            for (int lane = 0; lane < count; lane++)
            {
                TReduction.Merge(ref results[set + lane], rows, shift[lane], sums[lane], sums[AllLanes.Count + lane]);
            }
        }
    }
}
