using System.Numerics;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>Finds the first infinite element.</summary>
internal static unsafe class FirstInfinity
{
    /// <summary>The initial value of a note that a kernel keeps.</summary>
    public const int None = int.MaxValue;

    /// <summary>Converts a note to an index; −1 if no infinity was noted.</summary>
    public static int Index(int noted) => noted == None ? -1 : noted;

    /// <summary>Returns the index of the first infinite element; −1 if there is none.</summary>
    public static int IndexIn<T>(ReadOnlySpan<T> elements)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int first = None;
        fixed (T* source = elements)
        {
            Elementwise.Run(new Search<T>(source, &first), elements.Length);
        }

        return Index(first);
    }

    /// <summary>Notes the first infinite lane from <paramref name="offset"/> on, unless an earlier one is noted.</summary>
    /// <remarks>Makes no call, around which a kernel's registers would have to be saved.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Note(uint infinities, nint offset, int* first)
    {
        if (infinities != 0)
        {
            int index = (int)offset + BitOperations.TrailingZeroCount(infinities);
            int seen;
            while (index < (seen = Volatile.Read(ref *first)))
            {
                Interlocked.CompareExchange(ref *first, index, seen);
            }
        }
    }

    private readonly struct Search<T>(T* x, int* first) : IElementwise
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess =>
            Note(Precision.Infinities(access, x + offset), offset, first);
    }
}
