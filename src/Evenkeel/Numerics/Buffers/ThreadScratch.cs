using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Buffers;

/// <summary>Scratch memory that each thread keeps, so that repeated kernels allocate nothing.</summary>
internal static unsafe class ThreadScratch
{
    [ThreadStatic]
    private static float[]?[]? _memory;

    /// <summary>Returns at least <paramref name="length"/> floats that start on a cache line.</summary>
    /// <remarks>They are valid until this thread asks again for the same use.</remarks>
    /// <exception cref="OverflowException">The length exceeds that of the largest array.</exception>
    public static float* OfThisThread(ScratchUse use, long length)
    {
        int needed = checked((int)(length + CacheLine.Floats));
        ref float[]? memory = ref (_memory ??= new float[]?[(int)ScratchUse.Segments + 1])[(int)use];
        if (memory is null || memory.Length < needed)
        {
            memory = GC.AllocateUninitializedArray<float>(needed, pinned: true);
        }

        var start = (nuint)Unsafe.AsPointer(ref memory[0]);
        return (float*)((start + CacheLine.Bytes - 1) / CacheLine.Bytes * CacheLine.Bytes);
    }
}
