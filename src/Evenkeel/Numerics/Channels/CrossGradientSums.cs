using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>What the rows and the columns of a matrix add up of the same elements in layer normalization's backward pass.</summary>
/// <remarks>
/// Along each row Σ dy·weight and Σ dy·weight·(x − mean), as <see cref="WeightedGradientSums"/>; down each column Σ dy and
/// Σ dy·(x − mean)·scale, as <see cref="WeightGradientSums"/>: each lane the same additions in the same order, so the same to the last bit.
/// </remarks>
internal readonly unsafe struct CrossGradientSums(float* gradient, float* x, double* means, double* scales, float* weight)
{
    /// <summary>The mean of a row, in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Mean(int row) => WideLanes.Create(means[row]);

    /// <summary>The scale of a row, in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Scale(int row) => WideLanes.Create(scales[row]);

    /// <summary>The weights from a column on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Weight<TLanes>(TLanes lanes, nint column)
        where TLanes : struct, ILanes => lanes.Widen(weight + column);

    /// <summary>Adds the lanes of a row at <paramref name="offset"/> to the two sums of the row, and to those of their columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add<TLanes>(
        TLanes lanes,
        nint offset,
        WideLanes mean,
        WideLanes scale,
        WideLanes columnWeight,
        ref WideLanes rowFirst,
        ref WideLanes rowSecond,
        ref WideLanes columnFirst,
        ref WideLanes columnSecond)
        where TLanes : struct, ILanes
    {
        WideLanes dy = lanes.Widen(gradient + offset);
        WideLanes deviation = lanes.Widen(x + offset) - mean;
        columnFirst += dy; // zero beyond the end, and so is what it multiplies
        columnSecond = WideLanes.FusedMultiplyAdd(dy, deviation * scale, columnSecond);
        WideLanes weighted = dy * columnWeight;
        rowFirst += weighted;
        rowSecond = WideLanes.FusedMultiplyAdd(weighted, deviation, rowSecond);
    }
}
