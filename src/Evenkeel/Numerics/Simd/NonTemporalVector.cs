using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Simd;

/// <summary>The access to all 16 lanes with stores that bypass the caches.</summary>
/// <remarks>Destinations must be aligned to 64 bytes.</remarks>
internal readonly unsafe struct NonTemporalVector : IVectorAccess
{
    /// <summary>Orders the non-temporal stores of this thread before its later loads and stores.</summary>
    /// <remarks>
    /// Threads that learn of the elements from this thread then see them. Workers need no fence, since interlocked operations end their
    /// chunks.
    /// </remarks>
    public static void Fence() => Thread.MemoryBarrier();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(float* source) => Vector512.Load(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Widen(float* source) => Double16.Widen(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination, Vector512<float> value) => value.StoreAlignedNonTemporal(destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Load(double* source) => Double16.Load(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination, Double16 value)
    {
        value.Lower.StoreAlignedNonTemporal(destination);
        value.Upper.StoreAlignedNonTemporal(destination + FullVector.Count / 2);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Mask(Double16 value) => value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Mask(Vector512<float> value, float beyond) => value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Mask(Double16 value, double beyond) => value;
}
