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
    /// <typeparam name="TRows">Rows of the tile: 4, 8, or 16; the last 8 of 16 have the same distances as the first 8.</typeparam>
    /// <typeparam name="TColumns">Registers in a row of the tile, 1 to 3.</typeparam>
    /// <typeparam name="TFactor">The way in which an element of the left operand becomes a register.</typeparam>
    /// <typeparam name="TEpilogue">The operations on the sums before they are stored.</typeparam>
    /// <param name="a">The origin of each row of the left operand.</param>
    /// <param name="depth">The offsets of the elements of a row.</param>
    /// <param name="b">A panel of the right operand, as wide as the tile.</param>
    /// <param name="bStride">The distance from a row of the panel to the next.</param>
    /// <param name="addend">The rows to which the sums are added, those of the tile or others; null for none.</param>
    /// <param name="c">The rows of the tile.</param>
    /// <param name="epilogue">The operations on the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TRegisters, TVector, TRows, TColumns, TFactor, TEpilogue>(
        float** a, in DepthSegments depth, float* b, nint bStride, float** addend, float** c, TEpilogue epilogue)
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
        where TRows : struct, TileSize.IValue
        where TColumns : struct, TileSize.IValue
        where TFactor : struct, LeftFactor.IKind
        where TEpilogue : struct, TileEpilogue.IKind
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

        // Registers for addresses are fewer than those for sums, so the second half of sixteen rows uses those of the first.
        nint second = TRows.Value == 16 ? (nint)(a[8] - a0) : 0;
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

        c0.Store(c[0], addend[0], epilogue, 0);
        c1.Store(c[1], addend[1], epilogue, 1);
        c2.Store(c[2], addend[2], epilogue, 2);
        c3.Store(c[3], addend[3], epilogue, 3);
        if (TRows.Value >= 8)
        {
            c4.Store(c[4], addend[4], epilogue, 4);
            c5.Store(c[5], addend[5], epilogue, 5);
            c6.Store(c[6], addend[6], epilogue, 6);
            c7.Store(c[7], addend[7], epilogue, 7);
        }

        if (TRows.Value == 16)
        {
            d0.Store(c[8], addend[8], epilogue, 8);
            d1.Store(c[9], addend[9], epilogue, 9);
            d2.Store(c[10], addend[10], epilogue, 10);
            d3.Store(c[11], addend[11], epilogue, 11);
            d4.Store(c[12], addend[12], epilogue, 12);
            d5.Store(c[13], addend[13], epilogue, 13);
            d6.Store(c[14], addend[14], epilogue, 14);
            d7.Store(c[15], addend[15], epilogue, 15);
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
        public readonly void Store<TEpilogue>(float* c, float* addend, TEpilogue epilogue, int row)
            where TEpilogue : struct, TileEpilogue.IKind
        {
            Store(_0, c, addend, 0, epilogue, row);
            if (TColumns.Value > 1)
            {
                Store(_1, c, addend, TRegisters.Lanes, epilogue, row);
            }

            if (TColumns.Value > 2)
            {
                Store(_2, c, addend, 2 * TRegisters.Lanes, epilogue, row);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store<TEpilogue>(TVector sum, float* c, float* addend, int column, TEpilogue epilogue, int row)
            where TEpilogue : struct, TileEpilogue.IKind
        {
            TVector value = addend == null ? sum : TRegisters.Add(TRegisters.Load(addend + column), sum);
            TRegisters.Store(epilogue.Apply<TRegisters, TVector>(value, row, column), c + column);
        }
    }
}
