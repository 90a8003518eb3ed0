using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>A reduction of each set: two sums over a block of elements, relative to a shift, and their conversion to a result.</summary>
/// <typeparam name="TResult">The result of one set.</typeparam>
internal interface IChannelReduction<TResult>
    where TResult : struct
{
    /// <summary>
    /// The value subtracted from the elements of a block of <paramref name="set"/> that starts at <paramref name="offset"/>.
    /// </summary>
    double Shift(int set, nint offset);

    /// <summary>The values of <see cref="Shift"/> of neighbouring columns, one in each lane; any number in lanes beyond the end.</summary>
    Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
        where TAccess : struct, IVectorAccess;

    /// <summary>Adds the lanes at <paramref name="offset"/> to the two sums; lanes beyond the end must add zero.</summary>
    /// <remarks>
    /// The position is the index of the first lane within its run; for columns, the row, equal in all lanes.
    /// </remarks>
    void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
        where TAccess : struct, IVectorAccess;

    /// <summary>Makes a result of a set's merged sums, relative to the shift of its first block.</summary>
    static abstract TResult Result(double count, double shift, double first, double second);

    /// <summary>
    /// Merges the sums of a block, of <paramref name="count"/> elements in each of sixteen sets, with those of <paramref name="before"/>
    /// elements before it.
    /// </summary>
    /// <remarks>The shift of the merged sums is that of the first block, and their sums begin with <see cref="Start"/>.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void Merge(ref LaneSums merged, double before, in LaneSums block, double count)
    {
        merged.First += block.First;
        merged.Second += block.Second;
    }

    /// <summary>About the time of an element on one thread, in multiples of that of a sum or an affine map.</summary>
    static virtual double Cost => 1;

    /// <summary>The number of tensors that are read.</summary>
    static virtual int Tensors => 1;

    /// <summary>The initial value of both sums of a block.</summary>
    static virtual double Start => 0;

    /// <summary>Folds the lanes of a sum of a block, in a fixed order.</summary>
    static virtual double Fold(Double16 lanes) => lanes.Sum();
}
