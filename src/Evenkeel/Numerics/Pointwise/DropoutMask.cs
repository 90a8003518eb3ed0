using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>
/// Which elements dropout keeps. The element at a position is dropped where the stream's integer there is below
/// probability·2³²: the mask is never stored, and is the same however the elements are split over threads.
/// </summary>
/// <param name="stream">The source of chance.</param>
/// <param name="probability">How likely an element is dropped, from 0 to 1 (exclusive).</param>
/// <param name="start">The position of element 0, a multiple of sixteen.</param>
internal readonly struct DropoutMask(RandomStream stream, double probability, ulong start)
{
    private readonly uint _threshold = (uint)Math.Min(uint.MaxValue, Math.Round(probability * (1UL << 32)));

    /// <summary>The values of the sixteen elements from <paramref name="offset"/>, with zero for those dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Apply(Vector512<float> value, nint offset)
    {
        Vector512<uint> kept = Vector512.GreaterThanOrEqual(
            stream.UInt32Lanes(start + (ulong)offset), Vector512.Create(_threshold));
        return Vector512.ConditionalSelect(kept.AsSingle(), value, Vector512<float>.Zero);
    }
}
