using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Loops;

/// <summary>The folded sums of one block of a set.</summary>
internal readonly record struct BlockSums(double Count, double Shift, double First, double Second)
{
    /// <summary>Adds the sums to the set's result so far; <paramref name="origin"/> is the shift of the set's first block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MergeInto<TReduction, TResult>(ref TResult result, double origin)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : struct =>
        TReduction.Merge(ref result, Count, Shift - origin, First, Second);
}
