using System.Runtime.InteropServices;

namespace Evenkeel.Numerics.Buffers;

/// <summary>Floats that begin where a line of the cache begins, so that no vector of them lies in two lines.</summary>
internal readonly struct AlignedBuffer
{
    private const int FloatsPerLine = 16;

    private AlignedBuffer(float[] array, int start, int length)
    {
        Array = array;
        Start = start;
        Length = length;
    }

    /// <summary>The array in which they lie; it does not move.</summary>
    public float[] Array { get; }

    /// <summary>Where in the array they begin.</summary>
    public int Start { get; }

    /// <summary>How many there are.</summary>
    public int Length { get; }

    /// <summary>The floats.</summary>
    public Span<float> Span => Array.AsSpan(Start, Length);

    /// <summary>So many floats, all zero.</summary>
    public static AlignedBuffer Of(int length)
    {
        float[] array = GC.AllocateArray<float>(checked(length + FloatsPerLine - 1), pinned: true);
        nint element = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) / sizeof(float);
        return new AlignedBuffer(array, (int)(-element & (FloatsPerLine - 1)), length);
    }
}
