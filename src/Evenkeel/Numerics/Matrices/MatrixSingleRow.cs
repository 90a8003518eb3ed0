using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Matrices;

/// <summary>The product of a single row with a transposed matrix, as a linear layer computes it for one sample.</summary>
/// <remarks>
/// Packing would cost more than multiplying, so columns are transposed in registers. Each element is the same sequence of operations
/// as in <see cref="MatrixBlocks{TRegisters, TVector}"/>.
/// </remarks>
internal static unsafe class MatrixSingleRow<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    /// <summary>Computes c = a·B or c += a·B for the columns that fill registers, and returns their number.</summary>
    /// <param name="a">a; it has one row.</param>
    /// <param name="b">B, whose columns are runs of neighbouring elements.</param>
    /// <param name="c">c.</param>
    /// <param name="accumulate">True to add the product to what c holds.</param>
    /// <param name="split">True to divide the columns among threads.</param>
    public static int Multiply(in StridedMatrix a, in StridedMatrix b, float* c, bool accumulate, bool split)
    {
        var registers = new ColumnRegisters(a, b, c, accumulate);
        int count = b.Columns / TRegisters.Lanes;
        if (split)
        {
            WorkerPool.Run(registers, count);
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                registers.Invoke(i);
            }
        }

        return count * TRegisters.Lanes;
    }

    private readonly struct ColumnRegisters(StridedMatrix a, StridedMatrix b, float* c, bool accumulate) : IWork
    {
        private readonly int _depth = new DepthBlocks(a.Columns).Length;

        public void Invoke(int index)
        {
            int k = a.Columns, depth = _depth;
            float* columns = b.Start + (nint)index * TRegisters.Lanes * b.ColumnStride, result = c + index * TRegisters.Lanes;
            for (int start = 0; start < k; start += depth)
            {
                TVector sum = Sum(a.Start + start * a.ColumnStride, columns + start, Math.Min(depth, k - start));
                TRegisters.Store(accumulate || start > 0 ? TRegisters.Add(TRegisters.Load(result), sum) : sum, result);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private TVector Sum(float* row, float* columns, int length)
        {
            nint stride = b.ColumnStride, step = a.ColumnStride;
            TVector sum = default;
            for (; length >= CacheLine.Floats; length -= CacheLine.Floats)
            {
                // One cache line at a time: where columns lie at multiples of a page, the first-level cache cannot hold a line of each.
                float* one = columns + stride, two = one + stride, three = two + stride;
                TVector a0 = TRegisters.LoadEveryFourthRow(columns, stride), b0 = TRegisters.LoadEveryFourthRow(columns + 4, stride);
                TVector c0 = TRegisters.LoadEveryFourthRow(columns + 8, stride), d0 = TRegisters.LoadEveryFourthRow(columns + 12, stride);
                TVector a1 = TRegisters.LoadEveryFourthRow(one, stride), b1 = TRegisters.LoadEveryFourthRow(one + 4, stride);
                TVector c1 = TRegisters.LoadEveryFourthRow(one + 8, stride), d1 = TRegisters.LoadEveryFourthRow(one + 12, stride);
                TVector a2 = TRegisters.LoadEveryFourthRow(two, stride), b2 = TRegisters.LoadEveryFourthRow(two + 4, stride);
                TVector c2 = TRegisters.LoadEveryFourthRow(two + 8, stride), d2 = TRegisters.LoadEveryFourthRow(two + 12, stride);
                TVector a3 = TRegisters.LoadEveryFourthRow(three, stride), b3 = TRegisters.LoadEveryFourthRow(three + 4, stride);
                TVector c3 = TRegisters.LoadEveryFourthRow(three + 8, stride), d3 = TRegisters.LoadEveryFourthRow(three + 12, stride);
                sum = MultiplyAdd(row, step, Transpose4<TRegisters, TVector>.Of(a0, a1, a2, a3), sum);
                sum = MultiplyAdd(row + 4 * step, step, Transpose4<TRegisters, TVector>.Of(b0, b1, b2, b3), sum);
                sum = MultiplyAdd(row + 8 * step, step, Transpose4<TRegisters, TVector>.Of(c0, c1, c2, c3), sum);
                sum = MultiplyAdd(row + 12 * step, step, Transpose4<TRegisters, TVector>.Of(d0, d1, d2, d3), sum);
                columns += CacheLine.Floats;
                row += CacheLine.Floats * step;
            }

            float* gathered = stackalloc float[TRegisters.Lanes];
            for (; length > 0; length--)
            {
                for (int j = 0; j < TRegisters.Lanes; j++)
                {
                    gathered[j] = columns[j * stride];
                }

                sum = TRegisters.MultiplyAdd(TRegisters.Broadcast(row), TRegisters.Load(gathered), sum);
                columns++;
                row += step;
            }

            return sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector MultiplyAdd(float* row, nint step, Transpose4<TRegisters, TVector> b, TVector sum)
        {
            sum = TRegisters.MultiplyAdd(TRegisters.Broadcast(row), b.First, sum);
            sum = TRegisters.MultiplyAdd(TRegisters.Broadcast(row + step), b.Second, sum);
            sum = TRegisters.MultiplyAdd(TRegisters.Broadcast(row + 2 * step), b.Third, sum);
            return TRegisters.MultiplyAdd(TRegisters.Broadcast(row + 3 * step), b.Fourth, sum);
        }
    }
}
