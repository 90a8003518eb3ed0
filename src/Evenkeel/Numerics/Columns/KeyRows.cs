using System.Numerics;

namespace Evenkeel.Numerics.Columns;

/// <summary>Elements of a table as rows of up to sixteen lanes: neighbouring columns, or one column in pieces of sixteen.</summary>
internal readonly unsafe struct KeyRows<T>(T* source, nint stride, int rows, int lanes, int rest)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The first element.</summary>
    public readonly T* Source = source;

    /// <summary>The distance in elements from one row to the next.</summary>
    public readonly nint Stride = stride;

    /// <summary>The number of rows.</summary>
    public readonly int Rows = rows;

    /// <summary>The number of lanes in each row.</summary>
    public readonly int Lanes = lanes;

    /// <summary>The number of lanes in one more, shorter row; 0 unless the lanes are one column.</summary>
    public readonly int Rest = rest;
}
