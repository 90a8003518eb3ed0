using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Loops;

/// <summary>The loop that maps the elements of a view, set by set.</summary>
internal static class ChannelMap
{
    /// <summary>Elements of one share of the work.</summary>
    private const int Share = 32 * 1024;

    /// <summary>Applies <paramref name="formula"/> to every element of <paramref name="view"/>.</summary>
    /// <remarks>Where it is said how the result is written, all that the formula stores must be that result.</remarks>
    public static void Run<TFormula, TCoefficients>(in TFormula formula, ChannelView view, Stores stores = default)
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        if (view.Length == 0)
        {
            return;
        }

        // A row is a run of one set, or, where channels are columns, one element of each set of a part.
        int lines = view.Parts * view.Outer;
        (int rows, int length) = view.Inner == 1 ? (lines, view.Channels) : (lines * view.Channels, view.Inner);
        int rowsPerShare = Math.Max(1, Share / length);
        int shares = (rows - 1) / rowsPerShare + 1;
        WorkSplitter.Run(new Shares<TFormula, TCoefficients>(formula, view, stores, rows, length, rowsPerShare, shares), shares);
        if (stores.Stream)
        {
            // Streamed elements are seen by whoever learns of them from this thread; the others have left theirs behind a lock.
            Thread.MemoryBarrier();
        }
    }

    private readonly struct Shares<TFormula, TCoefficients>(
        TFormula formula, ChannelView view, Stores stores, int rows, int length, int rowsPerShare, int shares) : IWork
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        public void Invoke(int index)
        {
            // Shares are taken from the last to the first. A reduction that went before has left the first ones in the cache.
            int start = (shares - 1 - index) * rowsPerShare;
            int end = start + Math.Min(rowsPerShare, rows - start);
            switch (view.Inner == 1, stores.Stream)
            {
                case (true, true):
                    Columns(default(StreamedLanes), start, end);
                    break;
                case (true, false):
                    Columns(default(AllLanes), start, end);
                    break;
                case (false, _) when length < AllLanes.Count:
                    ShortRuns(start, end);
                    break;
                case (false, true):
                    Runs(default(StreamedLanes), start, end);
                    break;
                case (false, false):
                    Runs(default(AllLanes), start, end);
                    break;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Runs<TLanes>(TLanes lanes, int start, int end)
            where TLanes : struct, ILanes
        {
            var map = new RunMap<TLanes, TFormula, TCoefficients>(lanes, formula, stores);
            int together = RunMap<TLanes, TFormula, TCoefficients>.GoesAcross(length) ? view.Channels : 1;
            int count;
            for (int row = start; row < end; row += count)
            {
                (int set, int left) = SetsFrom(row);
                count = Math.Min(together, Math.Min(end - row, left));
                map.Invoke(set, count, (nint)row * length, 0, length);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void ShortRuns(int start, int end)
        {
            TFormula map = formula;
            var lanes = new FirstLanes(length);
            for (int row = start; row < end; row++)
            {
                map.Invoke(lanes, (nint)row * length, 0, map.Of(SetsFrom(row).First));
            }
        }

        /// <summary>The set of a run, and of how many sets from it on the runs lie side by side.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private (int First, int Count) SetsFrom(int row)
        {
            (int line, int channel) = Math.DivRem(row, view.Channels);
            return (line / view.Outer * view.Channels + channel, view.Channels - channel);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Columns<TLanes>(TLanes lanes, int start, int end)
            where TLanes : struct, ILanes
        {
            TFormula map = formula;
            int whole = length & -AllLanes.Count;
            var tail = new FirstLanes(length - whole);
            for (int row = start; row < end; row++)
            {
                nint offset = (nint)row * length;
                (int part, int position) = Math.DivRem(row, view.Outer);
                int set = part * view.Channels;
                for (int i = 0; i < whole; i += AllLanes.Count)
                {
                    map.Invoke(lanes, offset + i, position, map.From(lanes, set + i));
                }

                if (whole < length)
                {
                    map.Invoke(tail, offset + whole, position, map.From(tail, set + whole));
                }
            }
        }
    }
}
