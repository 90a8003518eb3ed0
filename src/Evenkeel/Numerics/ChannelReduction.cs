using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics;

/// <summary>
/// What is summed over a channel: two sums over a block of elements, taken relative to a shift, and how they turn into
/// a result.
/// </summary>
/// <typeparam name="TResult">What one channel reduces to.</typeparam>
internal interface IChannelReduction<TResult>
    where TResult : struct
{
    /// <summary>What is subtracted from the elements of a block of <paramref name="channel"/> that starts at <paramref name="offset"/>.</summary>
    double Shift(int channel, nint offset);

    /// <summary>Adds the lanes at <paramref name="offset"/> to the two sums; lanes beyond the end must add zero.</summary>
    void Add<TLanes>(TLanes lanes, nint offset, WideLanes shift, ref WideLanes first, ref WideLanes second)
        where TLanes : struct, ILanes;

    /// <summary>Adds a finished block's sums to the channel's result so far.</summary>
    static abstract void Merge(ref TResult result, double count, double shift, double first, double second);
}

/// <summary>
/// The loop that reduces each channel of a view.
/// </summary>
/// <remarks>
/// A channel is cut into blocks of up to 4,096 elements by its shape alone; within a block, sixteen double-precision
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

    /// <summary>Reduces every channel of <paramref name="view"/> into <paramref name="results"/>, which start out as they stand.</summary>
    public static void Run<TReduction, TResult>(TReduction reduction, ChannelView view, Span<TResult> results)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
    {
        if (view.Length == 0)
        {
            return;
        }

        // Channels that neighbour each other share cache lines where they are columns, so a share takes whole vectors.
        int step = view.Inner == 1 ? AllLanes.Count : 1;
        int channelsPerShare = Math.Max(1, Share / step / view.PerChannel) * step;
        fixed (TResult* target = results)
        {
            WorkSplitter.Run(
                new Shares<TReduction, TResult>(reduction, view, target, channelsPerShare),
                (view.Channels - 1) / channelsPerShare + 1);
        }
    }

    private readonly struct Shares<TReduction, TResult>(
        TReduction reduction, ChannelView view, TResult* results, int channelsPerShare) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
    {
        public void Invoke(int index)
        {
            int start = index * channelsPerShare;
            int end = start + Math.Min(channelsPerShare, view.Channels - start);
            if (view.Inner == 1)
            {
                Columns(start, end);
            }
            else
            {
                for (int channel = start; channel < end; channel++)
                {
                    Runs(channel);
                }
            }
        }

        /// <summary>A channel whose elements lie in runs of <c>Inner</c>: the lanes go along the runs.</summary>
        private void Runs(int channel)
        {
            int runsPerBlock = Math.Max(1, Block / view.Inner);
            for (nint outer = 0; outer < view.Outer; outer += runsPerBlock)
            {
                int runs = (int)Math.Min(runsPerBlock, view.Outer - outer);
                for (nint inner = 0; inner < view.Inner; inner += Block)
                {
                    RunBlock(channel, outer, runs, inner, (int)Math.Min(Block, view.Inner - inner));
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunBlock(int channel, nint outer, int runs, nint inner, int length)
        {
            nint stride = (nint)view.Channels * view.Inner;
            nint offset = outer * stride + (nint)channel * view.Inner + inner;
            TReduction formula = reduction;
            double shift = formula.Shift(channel, offset);
            WideLanes shifts = WideLanes.Create(shift);
            WideLanes first = default, second = default;
            int whole = length & -AllLanes.Count;
            for (int run = 0; run < runs; run++, offset += stride)
            {
                for (int i = 0; i < whole; i += AllLanes.Count)
                {
                    formula.Add(default(AllLanes), offset + i, shifts, ref first, ref second);
                }

                if (whole < length)
                {
                    formula.Add(new FirstLanes(length - whole), offset + whole, shifts, ref first, ref second);
                }
            }

            TReduction.Merge(ref results[channel], (double)runs * length, shift, first.Sum(), second.Sum());
        }

        /// <summary>Channels that are the columns of a matrix: each has a lane, and the lanes go down the rows.</summary>
        private void Columns(int start, int end)
        {
            for (int channel = start; channel < end; channel += AllLanes.Count)
            {
                int count = Math.Min(AllLanes.Count, end - channel);
                for (nint row = 0; row < view.Outer; row += BlockRows)
                {
                    int rows = (int)Math.Min(BlockRows, view.Outer - row);
                    if (count == AllLanes.Count)
                    {
                        ColumnBlock(default(AllLanes), channel, count, row, rows);
                    }
                    else
                    {
                        ColumnBlock(new FirstLanes(count), channel, count, row, rows);
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void ColumnBlock<TLanes>(TLanes lanes, int channel, int count, nint row, int rows)
            where TLanes : struct, ILanes
        {
            nint stride = view.Channels;
            nint offset = row * stride + channel;
            TReduction formula = reduction;
            double* shift = stackalloc double[AllLanes.Count];
            for (int lane = 0; lane < AllLanes.Count; lane++)
            {
                shift[lane] = lane < count ? formula.Shift(channel + lane, offset + lane) : 0;
            }

            WideLanes shifts = WideLanes.Load(shift);
            WideLanes first = default, second = default;
            for (int i = 0; i < rows; i++, offset += stride)
            {
                formula.Add(lanes, offset, shifts, ref first, ref second);
            }

            double* sums = stackalloc double[2 * AllLanes.Count];
            first.Store(sums);
            second.Store(sums + AllLanes.Count);
            for (int lane = 0; lane < count; lane++)
            {
                TReduction.Merge(ref results[channel + lane], rows, shift[lane], sums[lane], sums[AllLanes.Count + lane]);
            }
        }
    }
}
