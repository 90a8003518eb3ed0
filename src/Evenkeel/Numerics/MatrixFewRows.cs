using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics;

/// <summary>
/// The product of a few rows with a transposed matrix, as a linear layer has for a few samples: packing would cost as much as
/// multiplying, so columns are turned in registers, each read once.
/// </summary>
/// <remarks>Each element is the same chain of operations as in <see cref="MatrixBlocks{TRegisters, TVector}"/>.</remarks>
internal static unsafe class MatrixFewRows<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    /// <summary>With more rows, packing pays.</summary>
    public const int MaxRows = 4;

    /// <summary>Columns of a sliver: two registers, so that two chains hide each other's latency.</summary>
    public static int Width => 2 * TRegisters.Lanes;

    /// <summary>C = A·Bᵀ or C += A·Bᵀ for a number of columns that is a multiple of <see cref="Width"/>.</summary>
    /// <param name="a">A, of at most <see cref="MaxRows"/> rows.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="b">The columns of the right operand, one after another, each <paramref name="k"/> long.</param>
    /// <param name="c">C.</param>
    /// <param name="cStride">From a row of C to the next.</param>
    /// <param name="columns">Columns of C.</param>
    /// <param name="k">The inner length.</param>
    /// <param name="depth">Where its sums are cut.</param>
    /// <param name="accumulate">Whether to add the product to what C holds.</param>
    /// <param name="split">Whether threads share the columns.</param>
    public static void Multiply(
        in StridedMatrix a, int rows, float* b, float* c, nint cStride, int columns, int k, int depth, bool accumulate, bool split)
    {
        switch (rows)
        {
            case 1:
                Multiply(new Slivers<One>(a, b, c, cStride, k, depth, accumulate), columns, split);
                break;
            case 2:
                Multiply(new Slivers<Two>(a, b, c, cStride, k, depth, accumulate), columns, split);
                break;
            case 3:
                Multiply(new Slivers<Three>(a, b, c, cStride, k, depth, accumulate), columns, split);
                break;
            default:
                Multiply(new Slivers<Four>(a, b, c, cStride, k, depth, accumulate), columns, split);
                break;
        }
    }

    private static void Multiply<TRows>(in Slivers<TRows> slivers, int columns, bool split)
        where TRows : struct, INumber
    {
        int count = columns / Width;
        if (split)
        {
            WorkSplitter.Run(slivers, count);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            slivers.Invoke(i);
        }
    }

    private readonly struct Slivers<TRows>(
        StridedMatrix a, float* b, float* c, nint cStride, int k, int depth, bool accumulate) : IWork
        where TRows : struct, INumber
    {
        public void Invoke(int index)
        {
            float* left = b + (nint)index * Width * k, result = c + index * Width;
            for (int start = 0; start < k; start += depth)
            {
                Sum(a.Start + start * a.DepthStride, left + start, Math.Min(depth, k - start), result, accumulate || start > 0);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Sum(float* row, float* left, int length, float* result, bool add)
        {
            nint stride = k, step = a.DepthStride;
            float* right = left + TRegisters.Lanes * stride;
            float* row1 = row + a.RowStride, row2 = row1 + a.RowStride, row3 = row2 + a.RowStride;
            Row sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            int p = 0;
            for (; p <= length - 4; p += 4)
            {
                var l = TransposedFour<TRegisters, TVector>.Load(left + p, stride);
                var r = TransposedFour<TRegisters, TVector>.Load(right + p, stride);
                sum0.MultiplyAdd(row, step, l, r);
                row += 4 * step;
                if (TRows.Value > 1)
                {
                    sum1.MultiplyAdd(row1, step, l, r);
                    row1 += 4 * step;
                }

                if (TRows.Value > 2)
                {
                    sum2.MultiplyAdd(row2, step, l, r);
                    row2 += 4 * step;
                }

                if (TRows.Value > 3)
                {
                    sum3.MultiplyAdd(row3, step, l, r);
                    row3 += 4 * step;
                }
            }

            float* gathered = stackalloc float[Width];
            for (; p < length; p++)
            {
                for (int j = 0; j < Width; j++)
                {
                    gathered[j] = left[j * stride + p];
                }

                TVector l = TRegisters.Load(gathered), r = TRegisters.Load(gathered + TRegisters.Lanes);
                sum0.MultiplyAdd(row, l, r);
                row += step;
                if (TRows.Value > 1)
                {
                    sum1.MultiplyAdd(row1, l, r);
                    row1 += step;
                }

                if (TRows.Value > 2)
                {
                    sum2.MultiplyAdd(row2, l, r);
                    row2 += step;
                }

                if (TRows.Value > 3)
                {
                    sum3.MultiplyAdd(row3, l, r);
                    row3 += step;
                }
            }

            sum0.Store(result, add);
            if (TRows.Value > 1)
            {
                sum1.Store(result + cStride, add);
            }

            if (TRows.Value > 2)
            {
                sum2.Store(result + 2 * cStride, add);
            }

            if (TRows.Value > 3)
            {
                sum3.Store(result + 3 * cStride, add);
            }
        }
    }

    /// <summary>The sums of a row of C in a sliver.</summary>
    private struct Row
    {
        private TVector _left;
        private TVector _right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MultiplyAdd(
            float* a, nint step, in TransposedFour<TRegisters, TVector> left, in TransposedFour<TRegisters, TVector> right)
        {
            MultiplyAdd(a, left.First, right.First);
            MultiplyAdd(a + step, left.Second, right.Second);
            MultiplyAdd(a + 2 * step, left.Third, right.Third);
            MultiplyAdd(a + 3 * step, left.Fourth, right.Fourth);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MultiplyAdd(float* a, TVector left, TVector right)
        {
            TVector factor = TRegisters.Broadcast(a);
            _left = TRegisters.MultiplyAdd(factor, left, _left);
            _right = TRegisters.MultiplyAdd(factor, right, _right);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(float* c, bool add)
        {
            Store(_left, c, add);
            Store(_right, c + TRegisters.Lanes, add);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store(TVector sum, float* c, bool add) =>
            TRegisters.Store(add ? TRegisters.Add(TRegisters.Load(c), sum) : sum, c);
    }
}
