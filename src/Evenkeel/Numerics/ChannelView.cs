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
/// <param name="Outer">The product of the lengths before the channel axis.</param>
/// <param name="Channels">The length of the channel axis.</param>
/// <param name="Inner">The product of the lengths behind the channel axis.</param>
public readonly record struct ChannelView(int Outer, int Channels, int Inner)
{
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

        try
        {
            checked
            {
                int outer = 1, inner = 1;
                for (int i = 0; i < channelAxis; i++)
                {
                    outer *= (int)lengths[i];
                }

                for (int i = channelAxis + 1; i < lengths.Length; i++)
                {
                    inner *= (int)lengths[i];
                }

                var view = new ChannelView(outer, (int)lengths[channelAxis], inner);
                _ = view.Outer * view.Channels * view.Inner;
                return view;
            }
        }
        catch (OverflowException e)
        {
            throw new ArgumentException("The tensor has more than 2,147,483,647 elements.", nameof(lengths), e);
        }
    }
}
