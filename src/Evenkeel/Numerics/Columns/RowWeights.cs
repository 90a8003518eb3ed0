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
    public Double16 Load<TAccess>(TAccess access, nint row)
        where TAccess : struct, IVectorAccess =>
        weight == null ? access.Mask(Double16.Create(1)) : alongRows ? access.Load(weight + row) : access.Mask(Double16.Create(weight[row]));
}
