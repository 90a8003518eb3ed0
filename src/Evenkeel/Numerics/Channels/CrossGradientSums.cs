using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>What the rows and the columns of a matrix add up of the same elements in layer normalization's backward pass.</summary>
/// <remarks>
/// Along each row Σ dy·weight and Σ dy·weight·(x − mean), as <see cref="RowGradientSums"/>; down each column Σ dy and
/// Σ dy·(x − mean)·scale, as <see cref="AffineGradientSums"/>: each lane the same additions in the same order, so the same to the last bit.
/// </remarks>
internal readonly unsafe struct CrossGradientSums(float* gradient, float* x, double* means, double* scales, float* weight)
{
    /// <summary>The mean of a row, in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Mean(int row) => Double16.Create(means[row]);

    /// <summary>The scale of a row, in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Scale(int row) => Double16.Create(scales[row]);

    /// <summary>The weights from a column on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Weight<TAccess>(TAccess access, nint column)
        where TAccess : struct, IVectorAccess => access.Widen(weight + column);

    /// <summary>Adds the lanes of a row at <paramref name="offset"/> to the two sums of the row, and to those of their columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add<TAccess>(
        TAccess access,
        nint offset,
        Double16 mean,
        Double16 scale,
        Double16 columnWeight,
        ref Double16 rowFirst,
        ref Double16 rowSecond,
        ref Double16 columnFirst,
        ref Double16 columnSecond)
        where TAccess : struct, IVectorAccess
    {
        Double16 dy = access.Widen(gradient + offset);
        Double16 deviation = access.Widen(x + offset) - mean;
        columnFirst += dy; // zero beyond the end, and so is what it multiplies
        columnSecond = Double16.FusedMultiplyAdd(dy, deviation * scale, columnSecond);
        Double16 weighted = dy * columnWeight;
        rowFirst += weighted;
        rowSecond = Double16.FusedMultiplyAdd(weighted, deviation, rowSecond);
    }
}
