using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>
/// Selects the elements that dropout keeps. An element is dropped if the stream's integer at its position is below
/// probability·2³²: the mask is never stored, and does not depend on the number of threads.
/// </summary>
/// <param name="stream">The random numbers.</param>
/// <param name="probability">The probability that an element is dropped, from 0 to 1 (exclusive).</param>
/// <param name="start">The position of element 0, a multiple of sixteen.</param>
internal readonly struct DropoutMask(RandomStream stream, double probability, ulong start)
{
    private const int Alignment = 16;

    private readonly uint _threshold = (uint)Math.Min(uint.MaxValue, Math.Round(probability * (1UL << 32)));

    /// <summary>The position of an element of a pass, moved up to a multiple of sixteen.</summary>
    /// <param name="pass">The number of the pass, which has 2³² positions of its own.</param>
    /// <param name="element">The number of the element.</param>
    public static ulong Position(uint pass, nint element) =>
        ((ulong)pass << 32) + ((ulong)element + Alignment - 1) / Alignment * Alignment;

    /// <summary>Returns the sixteen elements from <paramref name="offset"/> on, with zero for those dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Apply(Vector512<float> value, nint offset)
    {
        Vector512<uint> kept = Vector512.GreaterThanOrEqual(
            stream.UInt32Lanes(start + (ulong)offset), Vector512.Create(_threshold));
        return Vector512.ConditionalSelect(kept.AsSingle(), value, Vector512<float>.Zero);
    }
}
