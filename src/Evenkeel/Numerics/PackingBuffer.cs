using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics;

/// <summary>Memory that each thread keeps for packing, so that a product allocates nothing once it has run.</summary>
internal static unsafe class PackingBuffer
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static float[]? _memory;

    /// <summary>At least <paramref name="length"/> floats on a cache line's boundary, until this thread asks again.</summary>
    public static float* OfThisThread(int length)
    {
        int needed = length + Alignment / sizeof(float);
        if (_memory is null || _memory.Length < needed)
        {
            _memory = GC.AllocateUninitializedArray<float>(needed, pinned: true);
        }

        var start = (nuint)Unsafe.AsPointer(ref _memory[0]);
        return (float*)((start + Alignment - 1) / Alignment * Alignment);
    }
}
