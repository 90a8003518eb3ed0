using System.Runtime.InteropServices;

namespace Evenkeel.Tests.Support;

/// <summary>
/// Floats with inaccessible memory right behind and (but for what is left of a page) before them: reading or writing
/// past the end crashes the process instead of going unseen. Elsewhere than on Linux it is ordinary memory.
/// </summary>
public sealed unsafe partial class GuardedMemory : IDisposable
{
    private readonly byte* _mapping;
    private readonly nuint _size;
    private readonly float* _start;
    private readonly int _length;

    /// <summary>Memory for <paramref name="length"/> floats, the last of which ends where inaccessible memory begins.</summary>
    public GuardedMemory(int length)
    {
        _length = length;
        nuint bytes = (nuint)length * sizeof(float);
        if (!OperatingSystem.IsLinux())
        {
            _start = (float*)NativeMemory.AllocZeroed(bytes);
            return;
        }

        var page = (nuint)Environment.SystemPageSize;
        nuint accessible = (bytes + page - 1) / page * page;
        _size = accessible + 2 * page;
        _mapping = Map(null, _size, None, PrivateAnonymous, -1, 0);
        if (_mapping == (byte*)-1 || Protect(_mapping + page, accessible, ReadWrite) != 0)
        {
            throw new InsufficientMemoryException("The guarded memory could not be mapped.");
        }

        _start = (float*)(_mapping + page + accessible - bytes);
    }

    /// <summary>Guarded memory with a copy of the values.</summary>
    public GuardedMemory(ReadOnlySpan<float> values)
        : this(values.Length) => values.CopyTo(Span);

    ~GuardedMemory() => Free();

    public Span<float> Span => new(_start, _length);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_size != 0)
        {
            _ = Unmap(_mapping, _size);
        }
        else
        {
            NativeMemory.Free(_start);
        }
    }

    private const int None = 0;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
