using System.Numerics;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>What is done with the keys that lie in a range.</summary>
internal interface IKeyScan
{
    /// <summary>Takes sixteen keys' offsets from the low ends of their ranges, and which of them lie inside.</summary>
    void Add(int slot, OrderedKeys16 offsets, OrderedKeys16 inside);
}

/// <summary>Elements of a table as rows of up to sixteen lanes: of as many neighbouring columns, or all of one column.</summary>
internal readonly unsafe struct KeyRows<T>(T* source, nint stride, int rows, int lanes, int rest)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The first element.</summary>
    public readonly T* Source = source;

    /// <summary>From one row to the next.</summary>
    public readonly nint Stride = stride;

    /// <summary>The number of rows.</summary>
    public readonly int Rows = rows;

    /// <summary>How many lanes a row has.</summary>
    public readonly int Lanes = lanes;

    /// <summary>How many lanes one more row has, where the lanes are one column.</summary>
    public readonly int Rest = rest;
}

/// <summary>The loop that compares elements, as keys, with ranges: for each lane as many as there are slots.</summary>
internal static unsafe class KeyScan
{
    /// <summary>Runs through all elements; NaN lies in no range.</summary>
    /// <param name="scan">What to do.</param>
    /// <param name="rows">The elements.</param>
    /// <param name="lows">The low end of each lane's range, sixteen per slot.</param>
    /// <param name="widths">How many keys the range has; 0 for none.</param>
    /// <param name="slots">How many ranges a lane has.</param>
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
