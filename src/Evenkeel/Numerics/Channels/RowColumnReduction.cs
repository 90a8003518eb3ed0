using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Channels;

/// <summary>
/// Sums the rows and the columns of a matrix, has the coefficients of the rows built, and maps the rows with them: in one pass
/// through memory, a few rows at a time.
/// </summary>
/// <remarks>
/// An element is converted once for both sums. While some rows are summed, the next are prefetched; they are mapped out of the
/// cache. The sums have the bits of <see cref="ChannelReduction"/>.
/// </remarks>
internal static unsafe class RowColumnReduction
{
    /// <summary>The most columns whose sums stay in the cache of a core.</summary>
    private const int MaxColumns = 16 * 1024;

    /// <summary>
    /// Whether a matrix, in the order of <paramref name="view"/>, has rows short enough, and blocks of rows that the threads can
    /// share.
    /// </summary>
    public static bool IsBest(ChannelView view)
    {
        var grid = new ReductionBlocking(view);
        long threads = WorkerPool.Threads;
        long rounds = (grid.Blocks - 1) / threads + 1;
        long mostRows = Math.Min(rounds * grid.Bounds(0).Runs, view.Outer);

        // The thread that has the most rows takes at most a fourth longer than if all had as many.
        return view.Channels <= MaxColumns && mostRows * threads * 4 <= view.Outer * 5L;
    }

    /// <summary>Runs all three: a sum for each row and each column of <paramref name="view"/>, and the map of each row.</summary>
    public static void Run<TBuilder, TFormula, TCoefficients>(
        Formula formula,
        TBuilder builder,
        SetMap<TFormula, TCoefficients> map,
        ChannelView view,
        Span<GradientSums> rows,
        Span<AffineGradients> columns)
        where TBuilder : struct, ICoefficientBuilder
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        var grid = new ReductionBlocking(view);
        rows.Clear();
        LaneSums[] kept = ArrayPool<LaneSums>.Shared.Rent(grid.Blocks * grid.Vectors + 1);
        fixed (GradientSums* rowSums = rows)
        fixed (LaneSums* memory = kept)
        {
            LaneSums* sums = LaneSums.Align(memory);
            WorkerPool.Run(new Blocks<TBuilder, TFormula, TCoefficients>(formula, builder, map, grid, rowSums, sums), grid.Blocks);
            ChannelReduction.Merge<AffineGradientSums.Formula, AffineGradients, NoCoefficients>(default, grid, sums, columns);
        }

        ArrayPool<LaneSums>.Shared.Return(kept);

        // The map may have streamed its results: as in ChannelMap.
        NonTemporalVector.Fence();
    }

    /// <summary>Adds one vector to the sums of its row and of its columns: the backward pass of layer normalization.</summary>
    /// <remarks>
    /// Along each row Σ dy·weight and Σ dy·weight·(x − mean), as <see cref="RowGradientSums"/>; down each column Σ dy and Σ dy·x̂, as
    /// <see cref="AffineGradientSums"/>. Each lane has the same additions in the same order, so the bits are the same.
    /// </remarks>
    public readonly struct Formula(float* dy, float* x, double* means, double* invStds, float* weight)
    {
        /// <summary>The mean of a row, in every lane.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Mean(int row) => Double16.Create(means[row]);

        /// <summary>1/√(σ² + ε) of a row, in every lane.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 InvStd(int row) => Double16.Create(invStds[row]);

        /// <summary>The weights from a column on.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Weight<TAccess>(TAccess access, nint column)
            where TAccess : struct, IVectorAccess => access.Widen(weight + column);

        /// <summary>
        /// Adds the lanes of a row at <paramref name="offset"/> to the two sums of the row, and to those of their columns.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(
            TAccess access,
            nint offset,
            Double16 mean,
            Double16 invStd,
            Double16 columnWeight,
            ref Double16 rowFirst,
            ref Double16 rowSecond,
            ref Double16 columnFirst,
            ref Double16 columnSecond)
            where TAccess : struct, IVectorAccess
        {
            Double16 gradient = access.Widen(dy + offset);
            Double16 deviation = access.Widen(x + offset) - mean;
            columnFirst += gradient; // zero beyond the end, and so is what it multiplies
            columnSecond = Double16.FusedMultiplyAdd(gradient, deviation * invStd, columnSecond);
            Double16 weighted = gradient * columnWeight;
            rowFirst += weighted;
            rowSecond = Double16.FusedMultiplyAdd(weighted, deviation, rowSecond);
        }
    }

    private readonly struct Blocks<TBuilder, TFormula, TCoefficients>(
        Formula formula,
        TBuilder builder,
        SetMap<TFormula, TCoefficients> map,
        ReductionBlocking grid,
        GradientSums* rowSums,
        LaneSums* columnSums) : IWork
        where TBuilder : struct, ICoefficientBuilder
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        // The sums of four rows and of their columns fill the registers, where these are of 512 bits.
        private static int Together => Vector512.IsHardwareAccelerated ? 4 : 1;

        public void Invoke(int block)
        {
            (nint outer, int count, _, _) = grid.Bounds(block);
            LaneSums* lanes = columnSums + (nint)block * grid.Vectors;
            new Span<LaneSums>(lanes, grid.Vectors).Clear(); // shifts and starts are 0
            int row = (int)outer, end = row + count;
            while (row < end)
            {
                int together = end - row >= Together ? Together : 1;
                Sum(row, together, lanes);
                builder.Build(row, together);
                map.Invoke(row, together);
                row += together;
            }
        }

        /// <summary>
        /// Sums one row or four, in the blocks that <see cref="ReductionBlocking"/> cuts a row into, and adds to the sums of the
        /// columns.
        /// </summary>
        [SkipLocalsInit]
        private void Sum(int row, int count, LaneSums* columns)
        {
            LaneSums* rows = stackalloc LaneSums[count];
            for (int start = 0; start < grid.View.Channels; start += ReductionBlocking.Elements)
            {
                (int steps, int rest) = Math.DivRem(Math.Min(ReductionBlocking.Elements, grid.View.Channels - start), FullVector.Count);
                for (int i = 0; i < count; i++)
                {
                    rows[i] = new LaneSums { Shift = formula.Mean(row + i) };
                }

                if (count == 1)
                {
                    One(default(FullVector), new PrefetchingVector(grid.View.Channels), row, start, steps, rows, columns);
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
                        var tail = new MaskedVector(rest);
                        One(tail, tail, row + i, start + steps * FullVector.Count, 1, rows + i, columns);
                    }

                    rowSums[row + i] += new GradientSums(rows[i].First.Sum(), rows[i].Second.Sum());
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Four(int row, int column, int steps, LaneSums* rows, LaneSums* columns)
        {
            Formula add = formula;
            nint stride = grid.View.Channels;
            nint offset = row * stride + column;
            var access = new PrefetchingVector(4 * stride);
            Double16 scale0 = add.InvStd(row), scale1 = add.InvStd(row + 1), scale2 = add.InvStd(row + 2), scale3 = add.InvStd(row + 3);
            Double16 first0 = rows[0].First, second0 = rows[0].Second, first1 = rows[1].First, second1 = rows[1].Second;
            Double16 first2 = rows[2].First, second2 = rows[2].Second, first3 = rows[3].First, second3 = rows[3].Second;
            for (int i = 0; i < steps; i++, column += FullVector.Count, offset += FullVector.Count, columns++)
            {
                Double16 weight = add.Weight(default(FullVector), column);
                Double16 first = columns->First, second = columns->Second;
                add.Add(access, offset, rows[0].Shift, scale0, weight, ref first0, ref second0, ref first, ref second);
                add.Add(access, offset + stride, rows[1].Shift, scale1, weight, ref first1, ref second1, ref first, ref second);
                add.Add(access, offset + 2 * stride, rows[2].Shift, scale2, weight, ref first2, ref second2, ref first, ref second);
                add.Add(access, offset + 3 * stride, rows[3].Shift, scale3, weight, ref first3, ref second3, ref first, ref second);
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
        private void One<TAccess, TAhead>(
            TAccess access, TAhead ahead, int row, int column, int steps, LaneSums* sums, LaneSums* columns)
            where TAccess : struct, IVectorAccess
            where TAhead : struct, IVectorAccess
        {
            Formula add = formula;
            nint offset = row * (nint)grid.View.Channels + column;
            Double16 mean = sums->Shift, scale = add.InvStd(row), rowFirst = sums->First, rowSecond = sums->Second;
            for (int i = 0; i < steps; i++, column += FullVector.Count, offset += FullVector.Count, columns++)
            {
                Double16 weight = add.Weight(access, column);
                Double16 first = columns->First, second = columns->Second;
                add.Add(ahead, offset, mean, scale, weight, ref rowFirst, ref rowSecond, ref first, ref second);
                columns->First = first;
                columns->Second = second;
            }

            sums->First = rowFirst;
            sums->Second = rowSecond;
        }
    }
}
