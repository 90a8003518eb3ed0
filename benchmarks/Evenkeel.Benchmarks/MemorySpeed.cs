using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks;

/// <summary>
/// A copy and a triad (z = x + y) of so many elements, on the library's threads, with plain and with non-temporal stores: the
/// faster of the two is what this process can do, and nothing that moves the same bytes can be much faster.
/// </summary>
internal sealed unsafe class MemorySpeed : IDisposable
{
    /// <summary>How many vectors a thread takes at a time: 256 KB.</summary>
    private const int Slab = 1 << 12;

    private readonly int _vectors;
    private readonly float* _x;
    private readonly float* _y;
    private readonly float* _z;

    /// <summary>Makes memory for so many elements, or the next multiple of a vector's.</summary>
    public MemorySpeed(int length)
    {
        _vectors = (length + Vector512<float>.Count - 1) / Vector512<float>.Count;
        _x = Allocate();
        _y = Allocate();
        _z = Allocate();
        Copy = [Over(Move), Over(Sweep<First, NonTemporal>)];
        Triad = [Over(Sweep<Sum, Plain>), Over(Sweep<Sum, NonTemporal>)];
    }

    /// <summary>z = x, by the runtime's own copy, which in the cache is faster than a loop, and with non-temporal stores.</summary>
    public IReadOnlyList<Rival> Copy { get; }

    /// <summary>z = x + y, with plain and with non-temporal stores.</summary>
    public IReadOnlyList<Rival> Triad { get; }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_x);
        NativeMemory.AlignedFree(_y);
        NativeMemory.AlignedFree(_z);
    }

    private float* Allocate()
    {
        float* memory = (float*)NativeMemory.AlignedAlloc((nuint)(_vectors * sizeof(Vector512<float>)), (nuint)sizeof(Vector512<float>));
        new Span<float>(memory, _vectors * Vector512<float>.Count).Fill(1);
        return memory;
    }

    private Rival Over(Action<int, int> sweep)
    {
        int slabs = (_vectors + Slab - 1) / Slab;
        Action<int> body = slab => sweep(slab * Slab, Math.Min(_vectors, (slab + 1) * Slab));
        return Rival.Of(() => Parallelism.For(slabs, body));
    }

    private void Move(int first, int end)
    {
        long bytes = (long)(end - first) * sizeof(Vector512<float>);
        Buffer.MemoryCopy((Vector512<float>*)_x + first, (Vector512<float>*)_z + first, bytes, bytes);
    }

    private void Sweep<TTerm, TStore>(int first, int end)
        where TTerm : struct, ITerm
        where TStore : struct, IStore
    {
        Vector512<float>* x = (Vector512<float>*)_x, y = (Vector512<float>*)_y, z = (Vector512<float>*)_z;
        int i = first;
        for (; i <= end - 4; i += 4)
        {
            TStore.Store(TTerm.Of(x + i, y + i), z + i);
            TStore.Store(TTerm.Of(x + i + 1, y + i + 1), z + i + 1);
            TStore.Store(TTerm.Of(x + i + 2, y + i + 2), z + i + 2);
            TStore.Store(TTerm.Of(x + i + 3, y + i + 3), z + i + 3);
        }

        for (; i < end; i++)
        {
            TStore.Store(TTerm.Of(x + i, y + i), z + i);
        }
    }

    private interface ITerm
    {
        static abstract Vector512<float> Of(Vector512<float>* x, Vector512<float>* y);
    }

    private interface IStore
    {
        static abstract void Store(Vector512<float> value, Vector512<float>* to);
    }

    private readonly struct First : ITerm
    {
        public static Vector512<float> Of(Vector512<float>* x, Vector512<float>* y) => *x;
    }

    private readonly struct Sum : ITerm
    {
        public static Vector512<float> Of(Vector512<float>* x, Vector512<float>* y) => *x + *y;
    }

    private readonly struct Plain : IStore
    {
        public static void Store(Vector512<float> value, Vector512<float>* to) => *to = value;
    }

    private readonly struct NonTemporal : IStore
    {
        public static void Store(Vector512<float> value, Vector512<float>* to) => value.StoreAlignedNonTemporal((float*)to);
    }
}
