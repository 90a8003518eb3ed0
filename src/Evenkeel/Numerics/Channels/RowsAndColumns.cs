using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Channels;

/// <summary>
/// Sums the rows and the columns of a matrix, and has a policy make coefficients of the rows' sums and maps the rows with them, a few
/// rows at a time: in one pass through memory.
/// </summary>
/// <remarks>
/// An element is converted once for both sums. While some rows are summed those behind them are fetched, and while they are mapped,
/// out of the cache, nothing is. The sums are those of <see cref="ChannelReduction"/>, to the last bit.
/// </remarks>
internal static unsafe class RowsAndColumns
{
    /// <summary>The most columns whose sums stay in the cache of a core.</summary>
    private const int MostColumns = 16 * 1024;

    /// <summary>Whether a matrix, laid out as <paramref name="view"/> says, has rows short enough, and blocks of rows that the threads can share.</summary>
    public static bool IsBest(ChannelView view)
    {
        var grid = new BlockGrid(view);
        long threads = WorkSplitter.Threads;
        long rounds = (grid.Blocks - 1) / threads + 1;
        long mostRows = Math.Min(rounds * grid.Bounds(0).Runs, view.Outer);

        // The thread that has the most rows takes at most a fourth longer than if all had as many.
        return view.Channels <= MostColumns && mostRows * threads * 4 <= view.Outer * 5L;
    }

    /// <summary>Runs all three: a sum for each row and each column of <paramref name="view"/>, and the map of each row.</summary>
    public static void Run<TPolicy, TFormula, TCoefficients>(
        CrossGradientSums formula,
        TPolicy policy,
        SetMap<TFormula, TCoefficients> map,
        ChannelView view,
        Span<GradientSums> rows,
        Span<GradientSums> columns)
        where TPolicy : struct, ISetPolicy
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        var grid = new BlockGrid(view);
        rows.Clear();
        columns.Clear();
        BlockSums[] kept = ArrayPool<BlockSums>.Shared.Rent(grid.Blocks * view.Channels);
        fixed (GradientSums* rowSums = rows)
        fixed (BlockSums* sums = kept)
        {
            WorkSplitter.Run(new Blocks<TPolicy, TFormula, TCoefficients>(formula, policy, map, grid, rowSums, sums), grid.Blocks);
            ChannelReduction.Merge<WeightGradientSums.Formula, GradientSums, NoPolicy>(default, grid, sums, columns);
        }

        ArrayPool<BlockSums>.Shared.Return(kept);

        // The map may have streamed its results: as in ChannelMap.
        Thread.MemoryBarrier();
    }

    private readonly struct Blocks<TPolicy, TFormula, TCoefficients>(
        CrossGradientSums formula,
        TPolicy policy,
        SetMap<TFormula, TCoefficients> map,
        BlockGrid grid,
        GradientSums* rowSums,
        BlockSums* columnSums) : IWork
        where TPolicy : struct, ISetPolicy
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        // The sums of four rows and of their columns fill the registers, where these are of 512 bits.
        private static int Together => Vector512.IsHardwareAccelerated ? 4 : 1;

        public void Invoke(int block)
        {
            int columns = grid.View.Channels;
            (nint outer, int count, _, _) = grid.Bounds(block);
            long floats = sizeof(LaneSums) / sizeof(float) * ((columns - 1) / AllLanes.Count + 1L);
            var lanes = (LaneSums*)PackingBuffer.OfThisThread(PackingUse.Columns, floats);
            new Span<float>(lanes, (int)floats).Clear(); // shifts and starts are 0
            int row = (int)outer, end = row + count;
            while (row < end)
            {
                int together = end - row >= Together ? Together : 1;
                Sum(row, together, lanes);
                policy.Prepare(row, together);
                map.Invoke(row, together);
                row += together;
            }

            LaneSums.KeepColumns(lanes, columns, count, columnSums + (nint)block * columns);
        }

        /// <summary>Sums one row or four, in the blocks that <see cref="BlockGrid"/> cuts a row into, and adds to the sums of the columns.</summary>
        [SkipLocalsInit]
        private void Sum(int row, int count, LaneSums* columns)
        {
            LaneSums* rows = stackalloc LaneSums[count];
            for (int start = 0; start < grid.View.Channels; start += BlockGrid.Elements)
            {
                (int steps, int rest) = Math.DivRem(Math.Min(BlockGrid.Elements, grid.View.Channels - start), AllLanes.Count);
                for (int i = 0; i < count; i++)
                {
                    rows[i] = new LaneSums { Shift = formula.Mean(row + i) };
                }

                if (count == 1)
                {
                    One(default(AllLanes), new AllLanesAhead(grid.View.Channels), row, start, steps, rows, columns);
                }
                else
                {
                    Four(row, start, steps, rows, columns);
                }

                columns += steps;
                for (int i = 0; i < count; i++)
                {
                    if (rest > 0)
                    {
                        var tail = new FirstLanes(rest);
                        One(tail, tail, row + i, start + steps * AllLanes.Count, 1, rows + i, columns);
                    }

                    rowSums[row + i] += new GradientSums(rows[i].First.Sum(), rows[i].Second.Sum());
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Four(int row, int column, int steps, LaneSums* rows, LaneSums* columns)
        {
            CrossGradientSums add = formula;
            nint stride = grid.View.Channels;
            nint offset = row * stride + column;
            var lanes = new AllLanesAhead(4 * stride);
            WideLanes scale0 = add.Scale(row), scale1 = add.Scale(row + 1), scale2 = add.Scale(row + 2), scale3 = add.Scale(row + 3);
            WideLanes first0 = rows[0].First, second0 = rows[0].Second, first1 = rows[1].First, second1 = rows[1].Second;
            WideLanes first2 = rows[2].First, second2 = rows[2].Second, first3 = rows[3].First, second3 = rows[3].Second;
            for (int i = 0; i < steps; i++, column += AllLanes.Count, offset += AllLanes.Count, columns++)
            {
                WideLanes weight = add.Weight(default(AllLanes), column);
                WideLanes first = columns->First, second = columns->Second;
                add.Add(lanes, offset, rows[0].Shift, scale0, weight, ref first0, ref second0, ref first, ref second);
                add.Add(lanes, offset + stride, rows[1].Shift, scale1, weight, ref first1, ref second1, ref first, ref second);
                add.Add(lanes, offset + 2 * stride, rows[2].Shift, scale2, weight, ref first2, ref second2, ref first, ref second);
                add.Add(lanes, offset + 3 * stride, rows[3].Shift, scale3, weight, ref first3, ref second3, ref first, ref second);
                columns->First = first;
                columns->Second = second;
            }

            rows[0].First = first0;
            rows[0].Second = second0;
            rows[1].First = first1;
            rows[1].Second = second1;
            rows[2].First = first2;
            rows[2].Second = second2;
            rows[3].First = first3;
            rows[3].Second = second3;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void One<TLanes, TAhead>(TLanes lanes, TAhead ahead, int row, int column, int steps, LaneSums* sums, LaneSums* columns)
            where TLanes : struct, ILanes
            where TAhead : struct, ILanes
        {
            CrossGradientSums add = formula;
            nint offset = row * (nint)grid.View.Channels + column;
            WideLanes mean = sums->Shift, scale = add.Scale(row), rowFirst = sums->First, rowSecond = sums->Second;
            for (int i = 0; i < steps; i++, column += AllLanes.Count, offset += AllLanes.Count, columns++)
            {
                WideLanes weight = add.Weight(lanes, column);
                WideLanes first = columns->First, second = columns->Second;
                add.Add(ahead, offset, mean, scale, weight, ref rowFirst, ref rowSecond, ref first, ref second);
                columns->First = first;
                columns->Second = second;
            }

            sums->First = rowFirst;
            sums->Second = rowSecond;
        }
    }
}
