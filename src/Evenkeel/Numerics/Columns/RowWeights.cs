using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>The weights of a table's rows, loaded as lanes of a reduction.</summary>
/// <param name="weight">A weight per row; null if all are 1.</param>
/// <param name="alongRows">True if lanes are rows, each with its own weight; false if they are columns of one row.</param>
internal readonly unsafe struct RowWeights(double* weight, bool alongRows)
{
    /// <summary>Loads the weights of the lanes at a row; 0 beyond the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Load<TAccess>(TAccess access, nint row)
        where TAccess : struct, IVectorAccess =>
        weight == null ? access.Mask(Double16.Create(1))
        : alongRows ? access.Load(weight + row)
        : access.Mask(Double16.Create(weight[row]));
}
