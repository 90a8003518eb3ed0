using System.Buffers;

namespace Evenkeel.Numerics;

/// <summary>
/// Sums the columns of a matrix, and does other work with its rows while they are in the cache: so that memory is gone through once
/// for both.
/// </summary>
/// <remarks>The sums are those of <see cref="ChannelReduction"/>, to the last bit.</remarks>
internal static unsafe class StripByStrip
{
    /// <summary>Elements of a strip of rows: with as many of another tensor, and those that are fetched meanwhile, what the cache of a core holds.</summary>
    private const int Strip = 32 * 1024;

    /// <summary>Fewer rows than this are not worth fetching and storing the sums of their columns.</summary>
    private const int FewestRows = 8;

    /// <summary>The most columns whose sums stay in the cache of a core.</summary>
    private const int MostColumns = 16 * 1024;

    /// <summary>Blocks of rows per thread, so that none waits long for another.</summary>
    private const int BlocksPerThread = 4;

    /// <summary>Whether a matrix, laid out as <paramref name="view"/> says, has rows short enough, and so many that the threads can share them.</summary>
    public static bool IsBest(ChannelView view) => view.Channels <= MostColumns &&
        (Parallelism.Threads == 1 || new BlockGrid(view).Blocks >= BlocksPerThread * Parallelism.Threads);

    /// <summary>Reduces every column into <paramref name="results"/>, which start out as they stand, and does the rows' work after that of their strip's columns.</summary>
    public static void Run<TReduction, TResult, TRows>(TReduction reduction, TRows rows, ChannelView view, Span<TResult> results)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TRows : struct, ISetWork
    {
        var grid = new BlockGrid(view);
        BlockSums[] kept = ArrayPool<BlockSums>.Shared.Rent(grid.Blocks * view.Channels);
        fixed (BlockSums* sums = kept)
        {
            WorkSplitter.Run(new Blocks<TReduction, TResult, TRows>(reduction, rows, grid, sums), grid.Blocks);
            ChannelReduction.Merge<TReduction, TResult, NoPolicy>(default, grid, sums, results);
        }

        ArrayPool<BlockSums>.Shared.Return(kept);

        // Where the rows' work streams its results: as in ChannelMap.
        Thread.MemoryBarrier();
    }

    private readonly struct Blocks<TReduction, TResult, TRows>(TReduction reduction, TRows work, BlockGrid grid, BlockSums* sums) : IWork
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
        where TRows : struct, ISetWork
    {
        public void Invoke(int block)
        {
            int columns = grid.View.Channels;
            (nint outer, int rows, _, _) = grid.Bounds(block);
            long floats = sizeof(LaneSums) / sizeof(float) * ((columns - 1) / AllLanes.Count + 1L);
            var lanes = (LaneSums*)PackingBuffer.OfThisThread(PackingUse.Columns, floats);
            var reductions = new BlockReduction<TReduction, TResult>(reduction, grid);
            reductions.BeginColumns(0, columns, outer * columns, lanes);
            int rowsPerStrip = Math.Max(FewestRows, Strip / columns);
            for (int strip = 0; strip < rows; strip += rowsPerStrip)
            {
                int row = (int)outer + strip;
                int count = Math.Min(rowsPerStrip, rows - strip);
                reductions.AddStrip(columns, (nint)row * columns, row, count, goesOn: strip + 2 * rowsPerStrip <= rows, lanes);
                work.Invoke(row, row + count);
            }

            BlockReduction<TReduction, TResult>.KeepColumns(lanes, columns, rows, sums + (nint)block * columns);
        }
    }
}
