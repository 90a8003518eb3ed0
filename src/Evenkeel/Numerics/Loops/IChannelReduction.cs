using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>
/// What is summed over a set: two sums over a block of elements, taken relative to a shift, and how they turn into a
/// result.
/// </summary>
/// <typeparam name="TResult">What one set reduces to.</typeparam>
internal interface IChannelReduction<TResult>
    where TResult : struct
{
    /// <summary>What is subtracted from the elements of a block of <paramref name="set"/> that starts at <paramref name="offset"/>.</summary>
    double Shift(int set, nint offset);

    /// <summary>Adds the lanes at <paramref name="offset"/> to the two sums; lanes beyond the end must add zero.</summary>
    /// <remarks>
    /// The position is that of the first lane within its run; where channels are columns, it is the row, the same for all lanes.
    /// </remarks>
    void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
        where TAccess : struct, IVectorAccess;

    /// <summary>Adds a finished block's sums to the set's result so far.</summary>
    /// <remarks>The shift is that of the block less that of the set's first block, so that nothing large is merged.</remarks>
    static abstract void Merge(ref TResult result, double count, double shift, double first, double second);

    /// <summary>Adds what was taken from every shift, that of the set's first block, to the set's result.</summary>
    static virtual void Restore(ref TResult result, double shift)
    {
    }

    /// <summary>How many tensors it reads.</summary>
    static virtual int Tensors => 1;

    /// <summary>What both sums of a block start from.</summary>
    static virtual double Start => 0;

    /// <summary>Folds the lanes of one of a block's sums, in an order that never changes.</summary>
    static virtual double Fold(Double16 lanes) => lanes.Sum();
}
