using System.Numerics;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>Compares all elements, as ordered keys, with one or more ranges per lane.</summary>
internal static unsafe class KeyScan
{
    /// <summary>Hands all elements to a scan; NaN lies in no range.</summary>
    /// <param name="scan">Receives the offsets.</param>
    /// <param name="rows">The elements.</param>
    /// <param name="lows">The low end of each lane's range, sixteen per slot.</param>
    /// <param name="widths">The number of keys in each range, sixteen per slot; 0 for an empty range.</param>
    /// <param name="slots">The number of ranges per lane.</param>
    public static void Run<TScan, T>(ref TScan scan, KeyRows<T> rows, ulong* lows, ulong* widths, int slots)
        where TScan : struct, IKeyScan
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows.Lanes == FullVector.Count)
        {
            Loop(ref scan, default(FullVector), rows, lows, widths, slots);
        }
        else
        {
            Loop(ref scan, new MaskedVector(rows.Lanes), rows, lows, widths, slots);
        }

        if (rows.Rest > 0)
        {
            Row(ref scan, new MaskedVector(rows.Rest), rows.Source + rows.Rows * rows.Stride, lows, widths, slots);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Loop<TScan, TAccess, T>(ref TScan scan, TAccess access, KeyRows<T> rows, ulong* lows, ulong* widths, int slots)
        where TScan : struct, IKeyScan
        where TAccess : struct, IVectorAccess
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* source = rows.Source;
        for (int row = 0; row < rows.Rows; row++, source += rows.Stride)
        {
            Row(ref scan, access, source, lows, widths, slots);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TScan, TAccess, T>(ref TScan scan, TAccess access, T* source, ulong* lows, ulong* widths, int slots)
        where TScan : struct, IKeyScan
        where TAccess : struct, IVectorAccess
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OrderedKeys16 keys = OrderedKeys16.Of(access, source);
        for (int slot = 0; slot < slots; slot++)
        {
            OrderedKeys16 offsets = keys - OrderedKeys16.Load(lows + slot * FullVector.Count);
            scan.Add(slot, offsets, OrderedKeys16.LessThan(offsets, OrderedKeys16.Load(widths + slot * FullVector.Count)));
        }
    }
}
