using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Simd;

/// <summary>The access to the first <paramref name="count"/> lanes, between 1 and 15.</summary>
/// <remarks>All members are inlined: a call at the end of a run would spill the run's sums in every iteration.</remarks>
internal readonly unsafe struct MaskedVector(int count) : IVectorAccess
{
    /// <summary>The mask of these lanes.</summary>
    public Vector512<float> Inside
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get =>
            Vector512.LessThan(Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), Vector512.Create(count)).AsSingle();
    }

    private Double16 InsideWide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(
            Vector512.LessThan(Vector512.Create(0L, 1, 2, 3, 4, 5, 6, 7), Vector512.Create((long)count)).AsDouble(),
            Vector512.LessThan(Vector512.Create(8L, 9, 10, 11, 12, 13, 14, 15), Vector512.Create((long)count)).AsDouble());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(float* source) =>
        Avx512F.IsSupported ? Avx512F.MaskLoad(source, Inside, Vector512<float>.Zero)
        : Avx.IsSupported ? Vector512.Create(Avx.MaskLoad(source, Inside.GetLower()), Avx.MaskLoad(source + 8, Inside.GetUpper()))
        : LoadPadded(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Widen(float* source) => Double16.Widen(Load(source));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination, Vector512<float> value)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(destination, Inside, value);
        }
        else if (Avx.IsSupported)
        {
            Avx.MaskStore(destination, Inside.GetLower(), value.GetLower());
            Avx.MaskStore(destination + 8, Inside.GetUpper(), value.GetUpper());
        }
        else
        {
            StorePadded(destination, value);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Mask(Double16 value) => value & InsideWide;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Mask(Vector512<float> value, float beyond) =>
        Vector512.ConditionalSelect(Inside, value, Vector512.Create(beyond));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Mask(Double16 value, double beyond) =>
        Double16.Select(InsideWide, value, Double16.Create(beyond));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Load(double* source) => Avx512F.IsSupported
        ? new(
            Avx512F.MaskLoad(source, InsideWide.Lower, Vector512<double>.Zero),
            Avx512F.MaskLoad(source + 8, InsideWide.Upper, Vector512<double>.Zero))
        : LoadPadded(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination, Double16 value)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(destination, InsideWide.Lower, value.Lower);
            Avx512F.MaskStore(destination + 8, InsideWide.Upper, value.Upper);
        }
        else
        {
            StorePadded(destination, value);
        }
    }

    private Double16 LoadPadded(double* source)
    {
        double* padded = stackalloc double[FullVector.Count];
        default(Double16).Store(padded);
        Unsafe.CopyBlockUnaligned(padded, source, (uint)(count * sizeof(double)));
        return Double16.Load(padded);
    }

    private void StorePadded(double* destination, Double16 value)
    {
        double* padded = stackalloc double[FullVector.Count];
        value.Store(padded);
        Unsafe.CopyBlockUnaligned(destination, padded, (uint)(count * sizeof(double)));
    }

    private Vector512<float> LoadPadded(float* source)
    {
        float* padded = stackalloc float[FullVector.Count];
        Vector512<float>.Zero.Store(padded);
        Unsafe.CopyBlockUnaligned(padded, source, (uint)(count * sizeof(float)));
        return Vector512.Load(padded);
    }

    private void StorePadded(float* destination, Vector512<float> value)
    {
        float* padded = stackalloc float[FullVector.Count];
        value.Store(padded);
        Unsafe.CopyBlockUnaligned(destination, padded, (uint)(count * sizeof(float)));
    }
}
