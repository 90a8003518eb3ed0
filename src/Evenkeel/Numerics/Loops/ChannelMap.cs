using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Loops;

/// <summary>The loop that maps the elements of a view, set by set.</summary>
internal static class ChannelMap
{
    /// <summary>Applies <paramref name="formula"/> to every element of <paramref name="view"/>.</summary>
    /// <remarks>With a store mode, the formula may store only the result that the mode was chosen for.</remarks>
    public static void Run<TFormula, TCoefficients>(in TFormula formula, ChannelView view, StoreMode mode = default)
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        if (view.Length == 0)
        {
            return;
        }

        // A row is a run of one set or, if channels are columns, one element of each set of a part.
        int lines = view.Parts * view.Outer;
        (int rows, int length) = view.Inner == 1 ? (lines, view.Channels) : (lines * view.Channels, view.Inner);
        int rowsPerChunk = Math.Max(1, WorkerPool.ChunkLength / length);
        int chunks = (rows - 1) / rowsPerChunk + 1;
        WorkerPool.Run(
            new Chunks<TFormula, TCoefficients>(formula, view, mode, rows, length, rowsPerChunk, chunks),
            chunks,
            WorkerPool.Estimate(view.Length, TFormula.Cost));
        if (mode.Stream)
        {
            // Streamed elements are seen by whoever learns of them from this thread; the others have left theirs behind a lock.
            NonTemporalVector.Fence();
        }
    }

    private readonly struct Chunks<TFormula, TCoefficients>(
        TFormula formula, ChannelView view, StoreMode mode, int rows, int length, int rowsPerChunk, int chunks) : IWork
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        public void Invoke(int index)
        {
            // Chunks are taken from the last to the first. A reduction that went before has left the first ones in the cache.
            int start = (chunks - 1 - index) * rowsPerChunk;
            int end = start + Math.Min(rowsPerChunk, rows - start);
            switch (view.Inner == 1, mode.Stream)
            {
                case (true, true):
                    Columns(default(NonTemporalVector), start, end);
                    break;
                case (true, false):
                    Columns(default(FullVector), start, end);
                    break;
                case (false, _) when length < FullVector.Count:
                    ShortRuns(start, end);
                    break;
                case (false, true):
                    Runs(default(NonTemporalVector), start, end);
                    break;
                case (false, false):
                    Runs(default(FullVector), start, end);
                    break;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Runs<TAccess>(TAccess access, int start, int end)
            where TAccess : struct, IVectorAccess
        {
            var map = new RunMap<TAccess, TFormula, TCoefficients>(access, formula, mode);
            int together = RunMap<TAccess, TFormula, TCoefficients>.CrossesRuns(length) ? view.Channels : 1;
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
            var access = new MaskedVector(length);
            for (int row = start; row < end; row++)
            {
                map.Invoke(access, (nint)row * length, 0, map.Of(SetsFrom(row).First));
            }
        }

        /// <summary>The set of a run, and the number of sets from it on whose runs are adjacent.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private (int First, int Count) SetsFrom(int row)
        {
            (int line, int channel) = Math.DivRem(row, view.Channels);
            return (line / view.Outer * view.Channels + channel, view.Channels - channel);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Columns<TAccess>(TAccess access, int start, int end)
            where TAccess : struct, IVectorAccess
        {
            TFormula map = formula;
            int whole = length & -FullVector.Count;
            var tail = new MaskedVector(length - whole);
            for (int row = start; row < end; row++)
            {
                nint offset = (nint)row * length;
                (int part, int position) = Math.DivRem(row, view.Outer);
                int set = part * view.Channels;
                for (int i = 0; i < whole; i += FullVector.Count)
                {
                    map.Invoke(access, offset + i, position, map.From(access, set + i));
                }

                if (whole < length)
                {
                    map.Invoke(tail, offset + whole, position, map.From(tail, set + whole));
                }
            }
        }
    }
}
