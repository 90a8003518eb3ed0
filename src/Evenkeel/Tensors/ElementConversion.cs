using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Evenkeel.Tensors;

/// <summary>Converts elements from the types of files to those of memory: float, double, long and ulong.</summary>
internal static class ElementConversion
{
    /// <summary>The size of an element in bytes.</summary>
    public static int SizeOf(DataType type) => type switch
    {
        DataType.Float64 or DataType.Int64 or DataType.UInt64 => 8,
        DataType.Float32 or DataType.Int32 or DataType.UInt32 => 4,
        DataType.Float16 or DataType.BFloat16 or DataType.Int16 or DataType.UInt16 => 2,
        DataType.Int8 or DataType.UInt8 or DataType.Boolean => 1,
        _ => throw new UnreachableException(),
    };

    /// <summary>The file's type for an element type in memory.</summary>
    public static DataType TypeOf<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) ? DataType.Float32
        : typeof(T) == typeof(double) ? DataType.Float64
        : typeof(T) == typeof(long) ? DataType.Int64
        : typeof(T) == typeof(ulong) ? DataType.UInt64
        : throw new NotSupportedException($"Tensors are read as float, double, long or ulong, not as {typeof(T).Name}.");

    /// <summary>Whether every number of a type has the same value in another.</summary>
    /// <param name="from">The type of the file.</param>
    /// <param name="to">The type in memory: float, double, long or ulong.</param>
    public static bool IsExact(DataType from, DataType to) => to switch
    {
        DataType.Float32 => from is DataType.Float32 or DataType.Float16 or DataType.BFloat16
            or DataType.Int16 or DataType.Int8 or DataType.UInt16 or DataType.UInt8,
        DataType.Float64 => from is not (DataType.Int64 or DataType.UInt64 or DataType.Boolean),
        DataType.Int64 => from is DataType.Int64 or DataType.Int32 or DataType.Int16 or DataType.Int8
            or DataType.UInt32 or DataType.UInt16 or DataType.UInt8 or DataType.Boolean,
        DataType.UInt64 => from is DataType.UInt64 or DataType.UInt32 or DataType.UInt16 or DataType.UInt8 or DataType.Boolean,
        _ => false,
    };

    /// <summary>Whether elements can be converted if they may be rounded: between floating-point types, or from integers.</summary>
    public static bool IsPossible(DataType from, DataType to) =>
        IsExact(from, to) || (to is DataType.Float32 or DataType.Float64 && from != DataType.Boolean);

    /// <summary>Converts elements, rounding to nearest where the type in memory is narrower.</summary>
    /// <param name="from">The type of the bytes.</param>
    /// <param name="bytes">The elements, in the byte order of this machine.</param>
    /// <param name="to">Receives the elements: float, double, long or ulong.</param>
    public static void Convert<T>(DataType from, ReadOnlySpan<byte> bytes, Span<T> to)
        where T : unmanaged, INumberBase<T>
    {
        switch (from)
        {
            case DataType.Float64: Convert<double, T>(bytes, to); break;
            case DataType.Float32: Convert<float, T>(bytes, to); break;
            case DataType.Float16: Convert<Half, T>(bytes, to); break;
            case DataType.BFloat16: ConvertBFloat16(bytes, to); break;
            case DataType.Int64: Convert<long, T>(bytes, to); break;
            case DataType.Int32: Convert<int, T>(bytes, to); break;
            case DataType.Int16: Convert<short, T>(bytes, to); break;
            case DataType.Int8: Convert<sbyte, T>(bytes, to); break;
            case DataType.UInt64: Convert<ulong, T>(bytes, to); break;
            case DataType.UInt32: Convert<uint, T>(bytes, to); break;
            case DataType.UInt16: Convert<ushort, T>(bytes, to); break;
            case DataType.UInt8 or DataType.Boolean: Convert<byte, T>(bytes, to); break;
            default: throw new UnreachableException();
        }
    }

    private static void Convert<TFrom, TTo>(ReadOnlySpan<byte> bytes, Span<TTo> to)
        where TFrom : unmanaged, INumberBase<TFrom>
        where TTo : unmanaged, INumberBase<TTo> =>
        TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, TFrom>(bytes), to);

    /// <summary>Puts the 16 bits of each element before 16 zeros.</summary>
    private static void ConvertBFloat16<T>(ReadOnlySpan<byte> bytes, Span<T> to)
        where T : unmanaged, INumberBase<T>
    {
        const int Part = 1024;
        ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<byte, ushort>(bytes);
        Span<uint> words = stackalloc uint[Part];
        for (int start = 0; start < halves.Length; start += Part)
        {
            Span<uint> part = words[..Math.Min(Part, halves.Length - start)];
            TensorPrimitives.ConvertTruncating(halves.Slice(start, part.Length), part);
            TensorPrimitives.ShiftLeft(part, 16, part);
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<uint, float>(part), to[start..]);
        }
    }
}
