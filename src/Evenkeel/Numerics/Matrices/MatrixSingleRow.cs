using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Matrices;

/// <summary>
/// The product of a single row with a transposed matrix, as a linear layer has for one sample: packing would cost more than
/// multiplying, so columns are turned in registers.
/// </summary>
/// <remarks>Each element is the same chain of operations as in <see cref="MatrixBlocks{TRegisters, TVector}"/>.</remarks>
internal static unsafe class MatrixSingleRow<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    /// <summary>Elements of a column that are turned together: those of a line of the cache.</summary>
    private const int Line = 16;

    /// <summary>c = a·Bᵀ or c += a·Bᵀ for a number of columns that is a multiple of a register's.</summary>
    /// <param name="a">a; there is one row.</param>
    /// <param name="b">The columns of the right operand, one after another, each <paramref name="k"/> long.</param>
    /// <param name="c">c.</param>
    /// <param name="columns">Columns of c.</param>
    /// <param name="k">The inner length.</param>
    /// <param name="depth">Where its sums are cut.</param>
    /// <param name="accumulate">Whether to add the product to what c holds.</param>
    /// <param name="split">Whether threads share the columns.</param>
    public static void Multiply(
        in StridedMatrix a, float* b, float* c, int columns, int k, int depth, bool accumulate, bool split)
    {
        var registers = new ColumnRegisters(a, b, c, k, depth, accumulate);
        int count = columns / TRegisters.Lanes;
        if (split)
        {
            WorkerPool.Run(registers, count);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            registers.Invoke(i);
        }
    }

    private readonly struct ColumnRegisters(StridedMatrix a, float* b, float* c, int k, int depth, bool accumulate) : IWork
    {
        public void Invoke(int index)
        {
            float* columns = b + (nint)index * TRegisters.Lanes * k, result = c + index * TRegisters.Lanes;
            for (int start = 0; start < k; start += depth)
            {
                TVector sum = Sum(a.Start + start * a.DepthStride, columns + start, Math.Min(depth, k - start));
                TRegisters.Store(accumulate || start > 0 ? TRegisters.Add(TRegisters.Load(result), sum) : sum, result);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private TVector Sum(float* row, float* columns, int length)
        {
            nint stride = k, step = a.DepthStride;
            TVector sum = default;
            for (; length >= Line; length -= Line)
            {
                // Line by line: where columns lie at multiples of a page, the first-level cache would not hold one of each.
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
                columns += Line;
                row += Line * step;
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
