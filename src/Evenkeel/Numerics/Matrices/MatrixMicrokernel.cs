using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Matrices;

/// <summary>A number known when the code is compiled: the rows of a tile, or its registers per row.</summary>
internal interface INumber
{
    static abstract int Value { get; }
}

internal readonly struct One : INumber
{
    public static int Value => 1;
}

internal readonly struct Two : INumber
{
    public static int Value => 2;
}

internal readonly struct Three : INumber
{
    public static int Value => 3;
}

internal readonly struct Four : INumber
{
    public static int Value => 4;
}

internal readonly struct Eight : INumber
{
    public static int Value => 8;
}

internal readonly struct Sixteen : INumber
{
    public static int Value => 16;
}

/// <summary>Where the elements of an operand lie: element (row, depth) at Start + row·RowStride + depth·DepthStride.</summary>
internal readonly unsafe struct StridedMatrix(float* start, nint rowStride, nint depthStride)
{
    public readonly float* Start = start;
    public readonly nint RowStride = rowStride;
    public readonly nint DepthStride = depthStride;
}

/// <summary>How an element of the left operand becomes a register, to be multiplied with a row of the right one.</summary>
internal interface IFactor;

/// <summary>One element is in all lanes: every column of the result sums over the same ones, as in a matrix product.</summary>
internal readonly struct SharedFactor : IFactor;

/// <summary>Each lane has an element of its own, one behind the other: the convolution of each channel with a filter of its own.</summary>
internal readonly struct FactorPerColumn : IFactor;

/// <summary>The inner loop of the matrix product and of the convolution: one tile of the result, held in registers.</summary>
internal static unsafe class MatrixMicrokernel
{
    /// <summary>
    /// Sums a[r, p]·b[p, j] over p = 0, 1, …, each element by one chain of fused multiply-adds that begins with 0, and stores the
    /// sums, or what they are when added to other numbers.
    /// </summary>
    /// <typeparam name="TRegisters">The registers of this machine.</typeparam>
    /// <typeparam name="TVector">The type of one register.</typeparam>
    /// <typeparam name="TRows">Rows of the tile: 4, 8, or 16, of which the last 8 lie as the first 8 do.</typeparam>
    /// <typeparam name="TColumns">Registers in a row of the tile, 1 to 3.</typeparam>
    /// <typeparam name="TFactor">How an element of the left operand becomes a register.</typeparam>
    /// <param name="a">Where each row of the left operand has its origin.</param>
    /// <param name="depth">Where the elements of a row lie.</param>
    /// <param name="b">A sliver of the right operand, as wide as the tile.</param>
    /// <param name="bStride">From a row of the sliver to the next.</param>
    /// <param name="addend">The rows of what to add the sums to: of the tile itself or any others; null for nothing.</param>
    /// <param name="c">The rows of the tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TRegisters, TVector, TRows, TColumns, TFactor>(
        float** a, in DepthSegments depth, float* b, nint bStride, float** addend, float** c)
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
        where TRows : struct, INumber
        where TColumns : struct, INumber
        where TFactor : struct, IFactor
    {
        float* a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3];
        float* a4 = null, a5 = null, a6 = null, a7 = null;
        if (TRows.Value >= 8)
        {
            a4 = a[4];
            a5 = a[5];
            a6 = a[6];
            a7 = a[7];
        }

        Row<TRegisters, TVector, TColumns, TFactor> c0 = default, c1 = default, c2 = default, c3 = default;
        Row<TRegisters, TVector, TColumns, TFactor> c4 = default, c5 = default, c6 = default, c7 = default;
        Row<TRegisters, TVector, TColumns, TFactor> d0 = default, d1 = default, d2 = default, d3 = default;
        Row<TRegisters, TVector, TColumns, TFactor> d4 = default, d5 = default, d6 = default, d7 = default;

        // There are not so many registers for addresses as for sums: so the second half of sixteen rows shares those of the first.
        nint second = TRows.Value == 16 ? (nint)(a[8] - a0) : 0;
        nint stride = depth.Stride;
        DepthSegment* run = depth.First;
        int skip = depth.Skip;
        for (int left = depth.Length; left > 0; run++)
        {
            int length = Math.Min(left, run->Length - skip);
            nint offset = run->Offset + skip * stride;
            left -= length;
            skip = 0;
            for (; length > 0; length--)
            {
                TVector b0 = TRegisters.Load(b);
                TVector b1 = TColumns.Value > 1 ? TRegisters.Load(b + TRegisters.Lanes) : default;
                TVector b2 = TColumns.Value > 2 ? TRegisters.Load(b + 2 * TRegisters.Lanes) : default;
                c0.MultiplyAdd(a0 + offset, b0, b1, b2);
                c1.MultiplyAdd(a1 + offset, b0, b1, b2);
                c2.MultiplyAdd(a2 + offset, b0, b1, b2);
                c3.MultiplyAdd(a3 + offset, b0, b1, b2);
                if (TRows.Value >= 8)
                {
                    c4.MultiplyAdd(a4 + offset, b0, b1, b2);
                    c5.MultiplyAdd(a5 + offset, b0, b1, b2);
                    c6.MultiplyAdd(a6 + offset, b0, b1, b2);
                    c7.MultiplyAdd(a7 + offset, b0, b1, b2);
                }

                if (TRows.Value == 16)
                {
                    nint behind = offset + second;
                    d0.MultiplyAdd(a0 + behind, b0, b1, b2);
                    d1.MultiplyAdd(a1 + behind, b0, b1, b2);
                    d2.MultiplyAdd(a2 + behind, b0, b1, b2);
                    d3.MultiplyAdd(a3 + behind, b0, b1, b2);
                    d4.MultiplyAdd(a4 + behind, b0, b1, b2);
                    d5.MultiplyAdd(a5 + behind, b0, b1, b2);
                    d6.MultiplyAdd(a6 + behind, b0, b1, b2);
                    d7.MultiplyAdd(a7 + behind, b0, b1, b2);
                }

                b += bStride;
                offset += stride;
            }
        }

        c0.Store(c[0], addend[0]);
        c1.Store(c[1], addend[1]);
        c2.Store(c[2], addend[2]);
        c3.Store(c[3], addend[3]);
        if (TRows.Value >= 8)
        {
            c4.Store(c[4], addend[4]);
            c5.Store(c[5], addend[5]);
            c6.Store(c[6], addend[6]);
            c7.Store(c[7], addend[7]);
        }

        if (TRows.Value == 16)
        {
            d0.Store(c[8], addend[8]);
            d1.Store(c[9], addend[9]);
            d2.Store(c[10], addend[10]);
            d3.Store(c[11], addend[11]);
            d4.Store(c[12], addend[12]);
            d5.Store(c[13], addend[13]);
            d6.Store(c[14], addend[14]);
            d7.Store(c[15], addend[15]);
        }
    }

    /// <summary>A row of the tile.</summary>
    private struct Row<TRegisters, TVector, TColumns, TFactor>
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
        where TColumns : struct, INumber
        where TFactor : struct, IFactor
    {
        private TVector _0;
        private TVector _1;
        private TVector _2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MultiplyAdd(float* a, TVector b0, TVector b1, TVector b2)
        {
            // A choice that is made within an assignment to a field, or not as the code is read, takes the row out of its registers.
            TVector a0 = typeof(TFactor) == typeof(FactorPerColumn) ? TRegisters.Load(a) : TRegisters.Broadcast(a);
            _0 = TRegisters.MultiplyAdd(a0, b0, _0);
            if (TColumns.Value > 1)
            {
                TVector a1 = typeof(TFactor) == typeof(FactorPerColumn) ? TRegisters.Load(a + TRegisters.Lanes) : a0;
                _1 = TRegisters.MultiplyAdd(a1, b1, _1);
            }

            if (TColumns.Value > 2)
            {
                TVector a2 = typeof(TFactor) == typeof(FactorPerColumn) ? TRegisters.Load(a + 2 * TRegisters.Lanes) : a0;
                _2 = TRegisters.MultiplyAdd(a2, b2, _2);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(float* c, float* addend)
        {
            TRegisters.Store(addend == null ? _0 : TRegisters.Add(TRegisters.Load(addend), _0), c);
            if (TColumns.Value > 1)
            {
                c += TRegisters.Lanes;
                TRegisters.Store(addend == null ? _1 : TRegisters.Add(TRegisters.Load(addend + TRegisters.Lanes), _1), c);
            }

            if (TColumns.Value > 2)
            {
                c += TRegisters.Lanes;
                TRegisters.Store(addend == null ? _2 : TRegisters.Add(TRegisters.Load(addend + 2 * TRegisters.Lanes), _2), c);
            }
        }
    }
}
