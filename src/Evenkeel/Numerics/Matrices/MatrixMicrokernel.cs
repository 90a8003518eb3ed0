using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Matrices;

/// <summary>The inner loop of products and convolutions, which holds one tile of the result in registers.</summary>
internal static unsafe class MatrixMicrokernel
{
    /// <summary>
    /// Sums a[r, p]·b[p, j] over p = 0, 1, …, each element by a sequence of fused multiply-adds that starts with 0, and stores the
    /// sums, added to other numbers or not.
    /// </summary>
    /// <typeparam name="TRegisters">The registers of this machine.</typeparam>
    /// <typeparam name="TVector">The type of one register.</typeparam>
    /// <typeparam name="TRows">Rows of the tile: 2, 4, 8, or 16; the last 8 of 16 have the same distances as the first 8.</typeparam>
    /// <typeparam name="TColumns">Registers in a row of the tile, 1 to 3.</typeparam>
    /// <typeparam name="TFactor">The way in which an element of the left operand becomes a register.</typeparam>
    /// <typeparam name="TAddresses">Where the rows lie.</typeparam>
    /// <typeparam name="TEpilogue">The operations on the sums before they are stored.</typeparam>
    /// <param name="rows">The rows of the left operand and of the tile.</param>
    /// <param name="depth">The offsets of the elements of a row.</param>
    /// <param name="b">A panel of the right operand, as wide as the tile.</param>
    /// <param name="bStride">The distance from a row of the panel to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TRegisters, TVector, TRows, TColumns, TFactor, TAddresses, TEpilogue>(
        TAddresses rows, in DepthSegments depth, float* b, nint bStride)
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
        where TRows : struct, TileSize.IValue
        where TColumns : struct, TileSize.IValue
        where TFactor : struct, LeftFactor.IKind
        where TAddresses : struct, TileAddresses.IKind
        where TEpilogue : struct, TileEpilogue.IKind
    {
        float* a0 = rows.A(0), a1 = rows.A(1);
        float* a2 = null, a3 = null, a4 = null, a5 = null, a6 = null, a7 = null;
        if (TRows.Value >= 4)
        {
            a2 = rows.A(2);
            a3 = rows.A(3);
        }

        if (TRows.Value >= 8)
        {
            a4 = rows.A(4);
            a5 = rows.A(5);
            a6 = rows.A(6);
            a7 = rows.A(7);
        }

        Row<TRegisters, TVector, TColumns, TFactor> c0 = default, c1 = default, c2 = default, c3 = default;
        Row<TRegisters, TVector, TColumns, TFactor> c4 = default, c5 = default, c6 = default, c7 = default;
        Row<TRegisters, TVector, TColumns, TFactor> d0 = default, d1 = default, d2 = default, d3 = default;
        Row<TRegisters, TVector, TColumns, TFactor> d4 = default, d5 = default, d6 = default, d7 = default;

        // Registers for addresses are fewer than those for sums, so the second half of sixteen rows uses those of the first.
        nint second = TRows.Value == 16 ? (nint)(rows.A(8) - a0) : 0;
        nint stride = depth.Stride;
        DepthSegments.Segment* segment = depth.First;
        int skip = depth.Skip;
        for (int left = depth.Length; left > 0; segment++)
        {
            int length = Math.Min(left, segment->Length - skip);
            nint offset = segment->Offset + skip * stride;
            left -= length;
            skip = 0;
            for (; length > 0; length--)
            {
                TVector b0 = TRegisters.Load(b);
                TVector b1 = TColumns.Value > 1 ? TRegisters.Load(b + TRegisters.Lanes) : default;
                TVector b2 = TColumns.Value > 2 ? TRegisters.Load(b + 2 * TRegisters.Lanes) : default;
                c0.MultiplyAdd(a0 + offset, b0, b1, b2);
                c1.MultiplyAdd(a1 + offset, b0, b1, b2);
                if (TRows.Value >= 4)
                {
                    c2.MultiplyAdd(a2 + offset, b0, b1, b2);
                    c3.MultiplyAdd(a3 + offset, b0, b1, b2);
                }

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

        c0.Store<TAddresses, TEpilogue>(rows, 0);
        c1.Store<TAddresses, TEpilogue>(rows, 1);
        if (TRows.Value >= 4)
        {
            c2.Store<TAddresses, TEpilogue>(rows, 2);
            c3.Store<TAddresses, TEpilogue>(rows, 3);
        }

        if (TRows.Value >= 8)
        {
            c4.Store<TAddresses, TEpilogue>(rows, 4);
            c5.Store<TAddresses, TEpilogue>(rows, 5);
            c6.Store<TAddresses, TEpilogue>(rows, 6);
            c7.Store<TAddresses, TEpilogue>(rows, 7);
        }

        if (TRows.Value == 16)
        {
            d0.Store<TAddresses, TEpilogue>(rows, 8);
            d1.Store<TAddresses, TEpilogue>(rows, 9);
            d2.Store<TAddresses, TEpilogue>(rows, 10);
            d3.Store<TAddresses, TEpilogue>(rows, 11);
            d4.Store<TAddresses, TEpilogue>(rows, 12);
            d5.Store<TAddresses, TEpilogue>(rows, 13);
            d6.Store<TAddresses, TEpilogue>(rows, 14);
            d7.Store<TAddresses, TEpilogue>(rows, 15);
        }
    }

    /// <summary>A row of the tile.</summary>
    private struct Row<TRegisters, TVector, TColumns, TFactor>
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
        where TColumns : struct, TileSize.IValue
        where TFactor : struct, LeftFactor.IKind
    {
        private TVector _0;
        private TVector _1;
        private TVector _2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MultiplyAdd(float* a, TVector b0, TVector b1, TVector b2)
        {
            // Keep the branch out of the field assignment: otherwise the JIT spills the row's accumulators.
            TVector a0 = typeof(TFactor) == typeof(LeftFactor.PerColumn) ? TRegisters.Load(a) : TRegisters.Broadcast(a);
            _0 = TRegisters.MultiplyAdd(a0, b0, _0);
            if (TColumns.Value > 1)
            {
                TVector a1 = typeof(TFactor) == typeof(LeftFactor.PerColumn) ? TRegisters.Load(a + TRegisters.Lanes) : a0;
                _1 = TRegisters.MultiplyAdd(a1, b1, _1);
            }

            if (TColumns.Value > 2)
            {
                TVector a2 = typeof(TFactor) == typeof(LeftFactor.PerColumn) ? TRegisters.Load(a + 2 * TRegisters.Lanes) : a0;
                _2 = TRegisters.MultiplyAdd(a2, b2, _2);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store<TAddresses, TEpilogue>(TAddresses rows, int row)
            where TAddresses : struct, TileAddresses.IKind
            where TEpilogue : struct, TileEpilogue.IKind
        {
            float* c = rows.C(row), addend = rows.Addend(row), residual = rows.Residual(row);
            Store<TEpilogue>(_0, c, addend, residual, 0);
            if (TColumns.Value > 1)
            {
                Store<TEpilogue>(_1, c, addend, residual, TRegisters.Lanes);
            }

            if (TColumns.Value > 2)
            {
                Store<TEpilogue>(_2, c, addend, residual, 2 * TRegisters.Lanes);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store<TEpilogue>(TVector sum, float* c, float* addend, float* residual, int column)
            where TEpilogue : struct, TileEpilogue.IKind
        {
            TVector value = addend == null ? sum : TRegisters.Add(TRegisters.Load(addend + column), sum);
            TRegisters.Store(TEpilogue.Apply<TRegisters, TVector>(value, residual + column), c + column);
        }
    }
}
