using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Buffers;

/// <summary>What a thread keeps memory for: a piece for each, since they are in use at the same time.</summary>
internal enum ScratchUse
{
    /// <summary>The right operand of a product, which all threads read; or sums, which all threads add to.</summary>
    Operand,

    /// <summary>A window of images.</summary>
    Window,

    /// <summary>A window of gradients, or of results.</summary>
    Other,

    /// <summary>A list of runs.</summary>
    Runs,

    /// <summary>The sums of columns.</summary>
    Columns,
}

/// <summary>Memory that each thread keeps, so that a product, or sums of columns, allocate nothing once they have run.</summary>
internal static unsafe class ThreadScratch
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static float[]?[]? _memory;

    /// <summary>At least <paramref name="length"/> floats on a cache line's boundary, until this thread asks again for the same use.</summary>
    /// <exception cref="OverflowException">The length is more than an array can have.</exception>
    public static float* OfThisThread(ScratchUse use, long length)
    {
        int needed = checked((int)(length + Alignment / sizeof(float)));
        ref float[]? memory = ref (_memory ??= new float[]?[(int)ScratchUse.Columns + 1])[(int)use];
        if (memory is null || memory.Length < needed)
        {
            memory = GC.AllocateUninitializedArray<float>(needed, pinned: true);
        }

        var start = (nuint)Unsafe.AsPointer(ref memory[0]);
        return (float*)((start + Alignment - 1) / Alignment * Alignment);
    }
}
