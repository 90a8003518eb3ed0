using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Simd;

/// <summary>How a step of a loop touches memory: a whole vector, or the part of one that is left at the end.</summary>
/// <remarks>
/// Every loop over elements is written for 16 single-precision lanes, whatever the machine has: the runtime runs a
/// <see cref="Vector512{T}"/> as two or four narrower vectors where it must, with the same result in every lane. An
/// operator takes its lanes as a type parameter, so that its formula stands once and serves both the body of a loop
/// and its tail.
/// </remarks>
internal unsafe interface ILanes
{
    /// <summary>Loads the lanes; those beyond the end read as zero.</summary>
    Vector512<float> Load(float* source);

    /// <summary>Stores the lanes; those beyond the end are left alone.</summary>
    void Store(float* destination, Vector512<float> value);

    /// <summary>Loads lanes of single precision in double precision; those beyond the end read as zero.</summary>
    WideLanes Widen(float* source);

    /// <summary>Loads lanes in double precision; those beyond the end read as zero.</summary>
    WideLanes Load(double* source);

    /// <summary>Stores lanes in double precision; those beyond the end are left alone.</summary>
    void Store(double* destination, WideLanes value);

    /// <summary>Sets the lanes beyond the end to zero, so that a sum does not see them.</summary>
    WideLanes Mask(WideLanes value);

    /// <summary>Sets the lanes beyond the end to a value.</summary>
    Vector512<float> Mask(Vector512<float> value, float beyond);

    /// <inheritdoc cref="Mask(Vector512{float}, float)"/>
    WideLanes Mask(WideLanes value, double beyond);
}

/// <summary>All sixteen lanes.</summary>
internal readonly unsafe struct AllLanes : ILanes
{
    /// <summary>The lanes of a vector.</summary>
    public const int Count = 16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(float* source) => Vector512.Load(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Widen(float* source) => WideLanes.Widen(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination, Vector512<float> value) => value.Store(destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Load(double* source) => WideLanes.Load(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination, WideLanes value) => value.Store(destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Mask(WideLanes value) => value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Mask(Vector512<float> value, float beyond) => value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Mask(WideLanes value, double beyond) => value;
}

/// <summary>All sixteen lanes, and a request for those that will be loaded so many elements further on.</summary>
internal readonly unsafe struct AllLanesAhead(nint distance) : ILanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(float* source)
    {
        Fetch(source + distance);
        return Vector512.Load(source);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Widen(float* source)
    {
        Fetch(source + distance);
        return WideLanes.Widen(source);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination, Vector512<float> value) => value.Store(destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Load(double* source)
    {
        Fetch(source + distance);
        Fetch(source + distance + AllLanes.Count / 2);
        return WideLanes.Load(source);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination, WideLanes value) => value.Store(destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Mask(WideLanes value) => value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Mask(Vector512<float> value, float beyond) => value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Mask(WideLanes value, double beyond) => value;

    // A request for an address that is nobody's does nothing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}

/// <summary>All sixteen lanes, stored past the caches: the destination is aligned to 64 bytes.</summary>
internal readonly unsafe struct StreamedLanes : ILanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(float* source) => Vector512.Load(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Widen(float* source) => WideLanes.Widen(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* destination, Vector512<float> value) => value.StoreAlignedNonTemporal(destination);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Load(double* source) => WideLanes.Load(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination, WideLanes value)
    {
        value.Lower.StoreAlignedNonTemporal(destination);
        value.Upper.StoreAlignedNonTemporal(destination + AllLanes.Count / 2);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Mask(WideLanes value) => value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Mask(Vector512<float> value, float beyond) => value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Mask(WideLanes value, double beyond) => value;
}

/// <summary>The first <paramref name="count"/> lanes, between 1 and 15.</summary>
/// <remarks>All is inlined: a call at the end of a run would keep the run's sums out of registers, step by step.</remarks>
internal readonly unsafe struct FirstLanes(int count) : ILanes
{
    /// <summary>Every bit set in these lanes.</summary>
    public Vector512<float> Inside
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.LessThan(Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), Vector512.Create(count)).AsSingle();
    }

    private WideLanes InsideWide
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
    public WideLanes Widen(float* source) => WideLanes.Widen(Load(source));

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
    public WideLanes Mask(WideLanes value) => value & InsideWide;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Mask(Vector512<float> value, float beyond) =>
        Vector512.ConditionalSelect(Inside, value, Vector512.Create(beyond));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Mask(WideLanes value, double beyond) =>
        WideLanes.Select(InsideWide, value, WideLanes.Create(beyond));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideLanes Load(double* source) => Avx512F.IsSupported
        ? new(
            Avx512F.MaskLoad(source, InsideWide.Lower, Vector512<double>.Zero),
            Avx512F.MaskLoad(source + 8, InsideWide.Upper, Vector512<double>.Zero))
        : LoadPadded(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination, WideLanes value)
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

    private WideLanes LoadPadded(double* source)
    {
        double* padded = stackalloc double[AllLanes.Count];
        default(WideLanes).Store(padded);
        Unsafe.CopyBlockUnaligned(padded, source, (uint)(count * sizeof(double)));
        return WideLanes.Load(padded);
    }

    private void StorePadded(double* destination, WideLanes value)
    {
        double* padded = stackalloc double[AllLanes.Count];
        value.Store(padded);
        Unsafe.CopyBlockUnaligned(destination, padded, (uint)(count * sizeof(double)));
    }

    private Vector512<float> LoadPadded(float* source)
    {
        float* padded = stackalloc float[AllLanes.Count];
        Vector512<float>.Zero.Store(padded);
        Unsafe.CopyBlockUnaligned(padded, source, (uint)(count * sizeof(float)));
        return Vector512.Load(padded);
    }

    private void StorePadded(float* destination, Vector512<float> value)
    {
        float* padded = stackalloc float[AllLanes.Count];
        value.Store(padded);
        Unsafe.CopyBlockUnaligned(destination, padded, (uint)(count * sizeof(float)));
    }
}
