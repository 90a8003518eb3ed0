using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Evenkeel.Numerics.Buffers;

/// <summary>A buffer of floats that starts on a cache line, so that no vector crosses two lines.</summary>
internal readonly struct AlignedBuffer
{
    private AlignedBuffer(float[] array, int start, int length)
    {
        Array = array;
        Start = start;
        Length = length;
    }

    /// <summary>The pinned array that holds the floats.</summary>
    public float[] Array { get; }

    /// <summary>The index of the first float in the array.</summary>
    public int Start { get; }

    /// <summary>The number of floats.</summary>
    public int Length { get; }

    /// <summary>The floats.</summary>
    public Span<float> Span => Array.AsSpan(Start, Length);

    /// <summary>The address of the first float, valid as long as the buffer is referenced.</summary>
    public unsafe float* Pointer => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Span));

    /// <summary>A part of the buffer.</summary>
    /// <param name="start">The first float, at the beginning of a cache line.</param>
    /// <param name="length">The number of floats.</param>
    public AlignedBuffer Slice(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(start % CacheLine.Floats, 0);
        _ = Span.Slice(start, length); // throws if it is not a part
        return new AlignedBuffer(Array, Start + start, length);
    }

    /// <summary>Allocates floats, all zero.</summary>
    public static AlignedBuffer Of(int length)
    {
        float[] array = GC.AllocateArray<float>(checked(length + CacheLine.Floats - 1), pinned: true);
        nint element = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) / sizeof(float);
        return new AlignedBuffer(array, (int)(-element & (CacheLine.Floats - 1)), length);
    }
}
