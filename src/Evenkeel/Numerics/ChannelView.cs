using System.Globalization;

namespace Evenkeel.Numerics;

/// <summary>
/// A dense tensor seen as [outer, channels, inner]: element (o, c, i) lies at (o·channels + c)·inner + i, and the
/// elements of one channel share statistics.
/// </summary>
/// <remarks>
/// [N, C] is (N, C, 1); [N, C, H, W] is (N, C, H·W); channel-last [N, H, W, C] is (N·H·W, C, 1); a sample of [N, D]
/// as its own group is (1, N, D).
/// </remarks>
public readonly record struct ChannelView
{
    /// <summary>Makes a view of the given lengths.</summary>
    /// <param name="outer">The product of the lengths before the channel axis.</param>
    /// <param name="channels">The length of the channel axis.</param>
    /// <param name="inner">The product of the lengths behind the channel axis.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative.</exception>
    /// <exception cref="ArgumentException">There are more than 2³¹ − 1 elements.</exception>
    public ChannelView(int outer, int channels, int inner)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(outer);
        ArgumentOutOfRangeException.ThrowIfNegative(channels);
        ArgumentOutOfRangeException.ThrowIfNegative(inner);
        long plane = (long)channels * inner;
        if (plane > int.MaxValue || plane * outer > int.MaxValue || (long)outer * inner > int.MaxValue)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"[{outer}, {channels}, {inner}] has more than 2,147,483,647 elements."));
        }

        Outer = outer;
        Channels = channels;
        Inner = inner;
    }

    /// <summary>The product of the lengths before the channel axis.</summary>
    public int Outer { get; }

    /// <summary>The length of the channel axis.</summary>
    public int Channels { get; }

    /// <summary>The product of the lengths behind the channel axis.</summary>
    public int Inner { get; }

    /// <summary>How many elements there are.</summary>
    public int Length => Outer * Channels * Inner;

    /// <summary>How many elements share the statistics of one channel.</summary>
    public int PerChannel => Outer * Inner;

    /// <summary>The view of a tensor of the given lengths with its channels on <paramref name="axis"/>.</summary>
    /// <param name="lengths">The tensor's lengths.</param>
    /// <param name="axis">The channel axis; negative counts from the end, so that −1 is channel last.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="axis"/> is not an axis of the tensor.</exception>
    /// <exception cref="ArgumentException">The tensor has more than 2³¹ − 1 elements.</exception>
    public static ChannelView Of(ReadOnlySpan<nint> lengths, int axis)
    {
        int channelAxis = axis < 0 ? axis + lengths.Length : axis;
        if ((uint)channelAxis >= (uint)lengths.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(axis), axis, string.Create(CultureInfo.InvariantCulture, $"A tensor of rank {lengths.Length} has no axis {axis}."));
        }

        return new ChannelView(
            Product(lengths[..channelAxis]), Product([lengths[channelAxis]]), Product(lengths[(channelAxis + 1)..]));
    }

    // Saturates, so that the constructor refuses what is too large with a message instead of an overflow.
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
