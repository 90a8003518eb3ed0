using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>The weights of a table's rows, as the lanes of a reduction need them.</summary>
/// <param name="weight">A weight per row; null where all are 1.</param>
/// <param name="alongRows">Whether lanes go along the rows, each with a weight of its own; else they are columns, and share one.</param>
internal readonly unsafe struct RowWeights(double* weight, bool alongRows)
{
    /// <summary>The weights of the lanes at a row; 0 beyond the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Load<TLanes>(TLanes lanes, nint row)
        where TLanes : struct, ILanes =>
        weight == null ? lanes.Mask(WideLanes.Create(1)) : alongRows ? lanes.Load(weight + row) : lanes.Mask(WideLanes.Create(weight[row]));
}
