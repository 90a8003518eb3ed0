using static System.FormattableString;

namespace Evenkeel.Numerics;

/// <summary>
/// A dense tensor seen as [parts, outer, channels, inner]: element (p, o, c, i) lies at
/// ((p·outer + o)·channels + c)·inner + i, and the elements of one channel of one part are a <em>set</em> that shares
/// statistics.
/// </summary>
/// <remarks>
/// <para>
/// Batch normalization has one part: [N, C] is (1, N, C, 1); [N, C, H, W] is (1, N, C, H·W); channel-last [N, H, W, C] is
/// (1, N·H·W, C, 1). Where each sample has statistics of its own, as in instance normalization, the samples are parts:
/// (N, 1, C, H·W), or (N, H·W, C, 1) channel-last. A row of [N, D] as a set of its own, as in layer normalization, is
/// (N, 1, 1, D).
/// </para>
/// <para>The set of channel c of part p has number p·channels + c wherever there is a value per set.</para>
/// </remarks>
public readonly record struct ChannelView
{
    /// <summary>Creates a view of one part.</summary>
    /// <param name="outer">The product of the lengths before the channel axis.</param>
    /// <param name="channels">The length of the channel axis.</param>
    /// <param name="inner">The product of the lengths after the channel axis.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative.</exception>
    /// <exception cref="ArgumentException">There are more than 2³¹ − 1 elements.</exception>
    public ChannelView(int outer, int channels, int inner)
        : this(1, outer, channels, inner)
    {
    }

    /// <summary>Creates a view of the given lengths.</summary>
    /// <param name="parts">The number of parts, each with statistics of its own.</param>
    /// <param name="outer">The product of a part's lengths before the channel axis.</param>
    /// <param name="channels">The length of the channel axis.</param>
    /// <param name="inner">The product of the lengths after the channel axis.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative.</exception>
    /// <exception cref="ArgumentException">There are more than 2³¹ − 1 elements.</exception>
    public ChannelView(int parts, int outer, int channels, int inner)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parts);
        ArgumentOutOfRangeException.ThrowIfNegative(outer);
        ArgumentOutOfRangeException.ThrowIfNegative(channels);
        ArgumentOutOfRangeException.ThrowIfNegative(inner);

        // With a length of 0 the product of all is 0, but that of the others, such as PerSet, must fit too.
        if (!Fits(Math.Max(1, parts), Math.Max(1, outer), Math.Max(1, channels), Math.Max(1, inner)))
        {
            throw new ArgumentException(Invariant($"[{parts}, {outer}, {channels}, {inner}] has more than 2,147,483,647 elements."));
        }

        Parts = parts;
        Outer = outer;
        Channels = channels;
        Inner = inner;
    }

    /// <summary>The number of parts, each with statistics of its own.</summary>
    public int Parts { get; }

    /// <summary>The product of a part's lengths before the channel axis.</summary>
    public int Outer { get; }

    /// <summary>The length of the channel axis.</summary>
    public int Channels { get; }

    /// <summary>The product of the lengths after the channel axis.</summary>
    public int Inner { get; }

    /// <summary>The number of elements.</summary>
    public int Length => Parts * Outer * Channels * Inner;

    /// <summary>The number of sets: one per part and channel.</summary>
    public int Sets => Parts * Channels;

    /// <summary>The number of elements in each set.</summary>
    public int PerSet => Outer * Inner;

    /// <summary>Returns the view of a tensor with its channels on <paramref name="axis"/>: each channel is a set.</summary>
    /// <param name="lengths">The tensor's lengths.</param>
    /// <param name="axis">The channel axis; a negative one counts from the end, so that −1 is channel-last.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="axis"/> is not an axis of the tensor.</exception>
    /// <exception cref="ArgumentException">The tensor has more than 2³¹ − 1 elements.</exception>
    public static ChannelView Of(ReadOnlySpan<nint> lengths, int axis)
    {
        int channelAxis = axis < 0 ? axis + lengths.Length : axis;
        if ((uint)channelAxis >= (uint)lengths.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(axis), axis, Invariant($"A tensor of rank {lengths.Length} has no axis {axis}."));
        }

        return new ChannelView(
            Product(lengths[..channelAxis]), Product([lengths[channelAxis]]), Product(lengths[(channelAxis + 1)..]));
    }

    /// <summary>Returns the view in which each channel of each sample is a set; the samples are on axis 0.</summary>
    /// <param name="lengths">The tensor's lengths, at least two.</param>
    /// <param name="axis">The channel axis, not 0; a negative one counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="axis"/> is not an axis of the tensor.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="axis"/> is that of the samples.</exception>
    /// <exception cref="ArgumentException">The tensor has more than 2³¹ − 1 elements.</exception>
    public static ChannelView PerSample(ReadOnlySpan<nint> lengths, int axis)
    {
        ChannelView sample = Of(lengths[1..], axis < 0 ? axis : axis - 1);
        return new ChannelView(Product(lengths[..1]), sample.Outer, sample.Channels, sample.Inner);
    }

    /// <summary>Throws unless each set is one contiguous row.</summary>
    internal void CheckRows(string name)
    {
        if (Outer != 1 || Channels != 1)
        {
            throw new ArgumentException("Each part must be one row.", name);
        }
    }

    private static bool Fits(long a, long b, long c, long d) =>
        a * b <= int.MaxValue && c * d <= int.MaxValue && a * b * (c * d) <= int.MaxValue;

    // Saturates, so that the constructor rejects a product that is too large, instead of an overflow here.
    private static int Product(ReadOnlySpan<nint> lengths)
    {
        long product = 1;
        foreach (nint length in lengths)
        {
            product = Math.Min(int.MaxValue, product * Math.Min(int.MaxValue, length));
        }

        return (int)product;
    }
}
