using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Simd;

/// <summary>Access to single- or double-precision elements as double-precision lanes.</summary>
internal static unsafe class Precision
{
    /// <summary>Throws if elements are neither <see cref="float"/> nor <see cref="double"/>.</summary>
    public static void Check<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"Elements are {typeof(T).Name}; they must be Single or Double.");
        }
    }

    /// <summary>Loads lanes; those beyond the end read as zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 Load<T, TAccess>(TAccess access, T* source)
        where T : unmanaged
        where TAccess : struct, IVectorAccess =>
        typeof(T) == typeof(float) ? access.Widen((float*)source) : access.Load((double*)source);

    /// <summary>Returns a bit for each infinite lane, that of lane 0 the lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Infinities<T, TAccess>(TAccess access, T* source)
        where T : unmanaged
        where TAccess : struct, IVectorAccess
    {
        if (typeof(T) == typeof(float))
        {
            Vector512<float> value = access.Load((float*)source);
            return (uint)Vector512.Equals(Vector512.Abs(value), Vector512.Create(float.PositiveInfinity)).ExtractMostSignificantBits();
        }

        return Double16.Infinities(access.Load((double*)source));
    }

    /// <summary>Stores lanes, rounded to the precision of the elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T, TAccess>(TAccess access, T* destination, Double16 value)
        where T : unmanaged
        where TAccess : struct, IVectorAccess
    {
        if (typeof(T) == typeof(float))
        {
            access.Store((float*)destination, value.Narrow());
        }
        else
        {
            access.Store((double*)destination, value);
        }
    }
}
