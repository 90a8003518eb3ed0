using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Simd;

/// <summary>Sixteen numbers of single or double precision as unsigned integers that have their order.</summary>
/// <remarks>−0 and 0 are one key. NaN lies below −∞ or above ∞. Keys of the two precisions do not compare.</remarks>
internal readonly struct OrderedKeys16(Vector512<ulong> lower, Vector512<ulong> upper)
{
    private const uint SignFloat = 1u << 31;
    private const ulong Sign = 1UL << 63;

    public Vector512<ulong> Lower { get; } = lower;

    public Vector512<ulong> Upper { get; } = upper;

    /// <summary>The keys of elements; those beyond the end are keys of NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe OrderedKeys16 Of<T, TAccess>(TAccess access, T* source)
        where T : unmanaged
        where TAccess : struct, IVectorAccess
    {
        if (typeof(T) == typeof(float))
        {
            Vector512<int> bits = (access.Mask(access.Load((float*)source), float.NaN) + Vector512<float>.Zero).AsInt32();
            Vector512<uint> keys = bits.AsUInt32() ^ (Vector512.LessThan(bits, Vector512<int>.Zero).AsUInt32() | Vector512.Create(SignFloat));
            return new OrderedKeys16(Vector512.WidenLower(keys), Vector512.WidenUpper(keys));
        }

        Double16 values = access.Mask(access.Load((double*)source), double.NaN);
        return new OrderedKeys16(Of(values.Lower), Of(values.Upper));
    }

    /// <summary>The key of a number.</summary>
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

    /// <summary>The number of a key.</summary>
    public static double ToNumber<T>(ulong key) => typeof(T) == typeof(float)
        ? BitConverter.UInt32BitsToSingle(key >= SignFloat ? (uint)key ^ SignFloat : ~(uint)key)
        : BitConverter.UInt64BitsToDouble(key >= Sign ? key ^ Sign : ~key);

    /// <summary>Sixteen keys from memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe OrderedKeys16 Load(ulong* source) => new(Vector512.Load(source), Vector512.Load(source + 8));

    /// <summary>Sixteen keys to memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Store(ulong* destination)
    {
        Lower.Store(destination);
        Upper.Store(destination + 8);
    }

    /// <summary>All bits in the lanes where left is below right, none in the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OrderedKeys16 LessThan(OrderedKeys16 left, OrderedKeys16 right) =>
        new(Vector512.LessThan(left.Lower, right.Lower), Vector512.LessThan(left.Upper, right.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OrderedKeys16 Min(OrderedKeys16 left, OrderedKeys16 right) =>
        new(Vector512.Min(left.Lower, right.Lower), Vector512.Min(left.Upper, right.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OrderedKeys16 Max(OrderedKeys16 left, OrderedKeys16 right) =>
        new(Vector512.Max(left.Lower, right.Lower), Vector512.Max(left.Upper, right.Upper));

    /// <summary>The highest bit of each lane, the first lane's lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint HighestBits() => (uint)(Lower.ExtractMostSignificantBits() | Upper.ExtractMostSignificantBits() << 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OrderedKeys16 operator -(OrderedKeys16 left, OrderedKeys16 right) => new(left.Lower - right.Lower, left.Upper - right.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OrderedKeys16 operator &(OrderedKeys16 left, OrderedKeys16 right) => new(left.Lower & right.Lower, left.Upper & right.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Of(Vector512<double> values)
    {
        Vector512<long> bits = (values + Vector512<double>.Zero).AsInt64();
        return bits.AsUInt64() ^ (Vector512.LessThan(bits, Vector512<long>.Zero).AsUInt64() | Vector512.Create(Sign));
    }
}
