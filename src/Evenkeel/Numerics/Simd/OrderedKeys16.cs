using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Simd;

/// <summary>A vector of 16 sort keys: unsigned integers in the order of the floating-point numbers they encode.</summary>
/// <remarks>
/// −0 and 0 have the same key. The key of NaN is below that of −∞ or above that of ∞. Keys of single and double precision are not
/// comparable.
/// </remarks>
internal readonly struct OrderedKeys16(Vector512<ulong> lower, Vector512<ulong> upper)
{
    private const uint SignFloat = 1u << 31;
    private const ulong Sign = 1UL << 63;

    /// <summary>Lanes 0 to 7.</summary>
    public Vector512<ulong> Lower { get; } = lower;

    /// <summary>Lanes 8 to 15.</summary>
    public Vector512<ulong> Upper { get; } = upper;

    /// <summary>Loads elements and returns their keys; lanes beyond the end are keys of NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe OrderedKeys16 Of<T, TAccess>(TAccess access, T* source)
        where T : unmanaged
        where TAccess : struct, IVectorAccess
    {
        if (typeof(T) == typeof(float))
        {
            Vector512<int> bits = (access.Mask(access.Load((float*)source), float.NaN) + Vector512<float>.Zero).AsInt32();
            Vector512<uint> keys = bits.AsUInt32()
                ^ (Vector512.LessThan(bits, Vector512<int>.Zero).AsUInt32() | Vector512.Create(SignFloat));
            return new OrderedKeys16(Vector512.WidenLower(keys), Vector512.WidenUpper(keys));
        }

        Double16 values = access.Mask(access.Load((double*)source), double.NaN);
        return new OrderedKeys16(Of(values.Lower), Of(values.Upper));
    }

    /// <summary>Returns the key of a number.</summary>
    public static ulong Of<T>(double value)
    {
        if (typeof(T) == typeof(float))
        {
            uint single = BitConverter.SingleToUInt32Bits((float)value + 0f);
            return single >= SignFloat ? ~single : single | SignFloat;
        }

        ulong bits = BitConverter.DoubleToUInt64Bits(value + 0.0);
        return bits >= Sign ? ~bits : bits | Sign;
    }

    /// <summary>Returns the number that a key encodes.</summary>
    public static double ToNumber<T>(ulong key) => typeof(T) == typeof(float)
        ? BitConverter.UInt32BitsToSingle(key >= SignFloat ? (uint)key ^ SignFloat : ~(uint)key)
        : BitConverter.UInt64BitsToDouble(key >= Sign ? key ^ Sign : ~key);

    /// <summary>Loads 16 consecutive keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe OrderedKeys16 Load(ulong* source) => new(Vector512.Load(source), Vector512.Load(source + 8));

    /// <summary>Stores the keys as 16 consecutive values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Store(ulong* destination)
    {
        Lower.Store(destination);
        Upper.Store(destination + 8);
    }

    /// <summary>Returns a mask of the lanes where left is below right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OrderedKeys16 LessThan(OrderedKeys16 left, OrderedKeys16 right) =>
        new(Vector512.LessThan(left.Lower, right.Lower), Vector512.LessThan(left.Upper, right.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OrderedKeys16 Min(OrderedKeys16 left, OrderedKeys16 right) =>
        new(Vector512.Min(left.Lower, right.Lower), Vector512.Min(left.Upper, right.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OrderedKeys16 Max(OrderedKeys16 left, OrderedKeys16 right) =>
        new(Vector512.Max(left.Lower, right.Lower), Vector512.Max(left.Upper, right.Upper));

    /// <summary>Returns the highest bit of each lane, that of lane 0 the lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint HighestBits() => (uint)(Lower.ExtractMostSignificantBits() | Upper.ExtractMostSignificantBits() << 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OrderedKeys16 operator -(OrderedKeys16 left, OrderedKeys16 right) =>
        new(left.Lower - right.Lower, left.Upper - right.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OrderedKeys16 operator &(OrderedKeys16 left, OrderedKeys16 right) =>
        new(left.Lower & right.Lower, left.Upper & right.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Of(Vector512<double> values)
    {
        Vector512<long> bits = (values + Vector512<double>.Zero).AsInt64();
        return bits.AsUInt64() ^ (Vector512.LessThan(bits, Vector512<long>.Zero).AsUInt64() | Vector512.Create(Sign));
    }
}
