using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics;

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

/// <summary>Where the elements of an operand lie: element (row, depth) at Start + row·RowStride + depth·DepthStride.</summary>
internal readonly unsafe struct StridedMatrix(float* start, nint rowStride, nint depthStride)
{
    public readonly float* Start = start;
    public readonly nint RowStride = rowStride;
    public readonly nint DepthStride = depthStride;
}

/// <summary>The inner loop of the matrix product: one tile of the result, held in registers.</summary>
internal static unsafe class MatrixMicrokernel
{
    /// <summary>
    /// Sums a[r, p]·b[p, j] over p = 0, 1, … depth − 1, each element by one chain of fused multiply-adds that begins
    /// with 0, and adds the sums to the tile at <paramref name="c"/>, or stores them there.
    /// </summary>
    /// <typeparam name="TRegisters">The registers of this machine.</typeparam>
    /// <typeparam name="TVector">The type of one register.</typeparam>
    /// <typeparam name="TRows">Rows of the tile, 4 or 8.</typeparam>
    /// <typeparam name="TColumns">Registers in a row of the tile, 1 to 3.</typeparam>
    /// <param name="a">The tile's first row.</param>
    /// <param name="lastRow">The last row there is to read; rows behind it are computed from it again.</param>
    /// <param name="b">A packed sliver, as wide as the tile.</param>
    /// <param name="depth">How many products to sum.</param>
    /// <param name="c">The tile's first element.</param>
    /// <param name="stride">From a row of the tile to the next.</param>
    /// <param name="add">Whether to add to what is there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TRegisters, TVector, TRows, TColumns>(
        in StridedMatrix a, int lastRow, float* b, int depth, float* c, nint stride, bool add)
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
        where TRows : struct, INumber
        where TColumns : struct, INumber
    {
        nint rowStride = a.RowStride, depthStride = a.DepthStride;
        float* a0 = a.Start;
        float* a1 = a.Start + Math.Min(1, lastRow) * rowStride;
        float* a2 = a.Start + Math.Min(2, lastRow) * rowStride;
        float* a3 = a.Start + Math.Min(3, lastRow) * rowStride;
        float* a4 = a.Start + Math.Min(4, lastRow) * rowStride;
        float* a5 = a.Start + Math.Min(5, lastRow) * rowStride;
        float* a6 = a.Start + Math.Min(6, lastRow) * rowStride;
        float* a7 = a.Start + Math.Min(7, lastRow) * rowStride;

        Row<TRegisters, TVector, TColumns> c0 = default, c1 = default, c2 = default, c3 = default;
        Row<TRegisters, TVector, TColumns> c4 = default, c5 = default, c6 = default, c7 = default;
        nint offset = 0;
        for (int p = 0; p < depth; p++)
        {
            TVector b0 = TRegisters.Load(b);
            TVector b1 = TColumns.Value > 1 ? TRegisters.Load(b + TRegisters.Lanes) : default;
            TVector b2 = TColumns.Value > 2 ? TRegisters.Load(b + 2 * TRegisters.Lanes) : default;
            c0.MultiplyAdd(a0 + offset, b0, b1, b2);
            c1.MultiplyAdd(a1 + offset, b0, b1, b2);
            c2.MultiplyAdd(a2 + offset, b0, b1, b2);
            c3.MultiplyAdd(a3 + offset, b0, b1, b2);
            if (TRows.Value == 8)
            {
                c4.MultiplyAdd(a4 + offset, b0, b1, b2);
                c5.MultiplyAdd(a5 + offset, b0, b1, b2);
                c6.MultiplyAdd(a6 + offset, b0, b1, b2);
                c7.MultiplyAdd(a7 + offset, b0, b1, b2);
            }

            b += TColumns.Value * TRegisters.Lanes;
            offset += depthStride;
        }

        c0.Store(c, add);
        c1.Store(c + stride, add);
        c2.Store(c + 2 * stride, add);
        c3.Store(c + 3 * stride, add);
        if (TRows.Value == 8)
        {
            c4.Store(c + 4 * stride, add);
            c5.Store(c + 5 * stride, add);
            c6.Store(c + 6 * stride, add);
            c7.Store(c + 7 * stride, add);
        }
    }

    /// <summary>A row of the tile.</summary>
    private struct Row<TRegisters, TVector, TColumns>
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
        where TColumns : struct, INumber
    {
        private TVector _0;
        private TVector _1;
        private TVector _2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MultiplyAdd(float* a, TVector b0, TVector b1, TVector b2)
        {
            TVector factor = TRegisters.Broadcast(a);
            _0 = TRegisters.MultiplyAdd(factor, b0, _0);
            if (TColumns.Value > 1)
            {
                _1 = TRegisters.MultiplyAdd(factor, b1, _1);
            }

            if (TColumns.Value > 2)
            {
                _2 = TRegisters.MultiplyAdd(factor, b2, _2);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(float* c, bool add)
        {
            Store(_0, c, add);
            if (TColumns.Value > 1)
            {
                Store(_1, c + TRegisters.Lanes, add);
            }

            if (TColumns.Value > 2)
            {
                Store(_2, c + 2 * TRegisters.Lanes, add);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store(TVector sum, float* c, bool add) =>
            TRegisters.Store(add ? TRegisters.Add(TRegisters.Load(c), sum) : sum, c);
    }
}
