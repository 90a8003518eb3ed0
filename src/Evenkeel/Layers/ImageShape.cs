using System.Numerics.Tensors;

namespace Evenkeel.Layers;

/// <summary>The shape of a batch of images in either memory layout.</summary>
/// <param name="Samples">N, the number of images.</param>
/// <param name="Channels">C, the number of channels.</param>
/// <param name="Size">Height and width in pixels.</param>
/// <param name="ChannelLast">Whether the tensor is [N, H, W, C]; otherwise it is [N, C, H, W].</param>
/// <param name="IsSequence">Whether the images are sequences, of one row, which the tensor has no axis for.</param>
internal readonly record struct ImageShape(int Samples, int Channels, Extent Size, bool ChannelLast, bool IsSequence = false)
{
    /// <summary>The shape of images whose tensor has the given lengths.</summary>
    /// <exception cref="ArgumentException">There are not four axes.</exception>
    public static ImageShape Of(ReadOnlySpan<nint> input, bool channelLast)
    {
        if (input.Length != 4)
        {
            throw new ArgumentException(
                $"The input is {Shape.Describe(input)}; this layer takes images {(channelLast ? "[N, H, W, C]" : "[N, C, H, W]")}.",
                nameof(input));
        }

        return channelLast
            ? new ImageShape((int)input[0], (int)input[3], new Extent((int)input[1], (int)input[2]), true)
            : new ImageShape((int)input[0], (int)input[1], new Extent((int)input[2], (int)input[3]), false);
    }

    /// <summary>The shape of sequences whose tensor has the given lengths.</summary>
    /// <exception cref="ArgumentException">There are not three axes.</exception>
    public static ImageShape OfSequences(ReadOnlySpan<nint> input, bool channelLast)
    {
        if (input.Length != 3)
        {
            throw new ArgumentException(
                $"The input is {Shape.Describe(input)}; this layer takes sequences {(channelLast ? "[N, L, C]" : "[N, C, L]")}.",
                nameof(input));
        }

        return channelLast
            ? new ImageShape((int)input[0], (int)input[2], new Extent(1, (int)input[1]), true, IsSequence: true)
            : new ImageShape((int)input[0], (int)input[1], new Extent(1, (int)input[2]), false, IsSequence: true);
    }

    /// <summary>The lengths of a tensor of this shape.</summary>
    public nint[] Lengths => (ChannelLast, IsSequence) switch
    {
        (true, false) => [Samples, Size.Height, Size.Width, Channels],
        (false, false) => [Samples, Channels, Size.Height, Size.Width],
        (true, true) => [Samples, Size.Width, Channels],
        (false, true) => [Samples, Channels, Size.Width],
    };

    /// <summary>Returns whether this axis of [N, ·, ·, ·] is the last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis is neither 1 nor the last.</exception>
    public static bool IsChannelLast(int channelAxis, string name) => channelAxis switch
    {
        1 or -3 => false,
        -1 or 3 => true,
        _ => throw new ArgumentOutOfRangeException(
            name, channelAxis, "The channel axis of images must be 1, for [N, C, H, W], or −1, for [N, H, W, C]."),
    };

    /// <summary>Returns whether this axis of [N, ·, ·] is the last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis is neither 1 nor the last.</exception>
    public static bool IsChannelLastOfSequences(int channelAxis, string name) => channelAxis switch
    {
        1 or -2 => false,
        -1 or 2 => true,
        _ => throw new ArgumentOutOfRangeException(
            name, channelAxis, "The channel axis of sequences must be 1, for [N, C, L], or −1, for [N, L, C]."),
    };

    /// <summary>Returns a tensor of this shape in reused memory.</summary>
    public Tensor<float> Tensor(ReusableTensor memory) => (ChannelLast, IsSequence) switch
    {
        (true, false) => memory.Get([Samples, Size.Height, Size.Width, Channels]),
        (false, false) => memory.Get([Samples, Channels, Size.Height, Size.Width]),
        (true, true) => memory.Get([Samples, Size.Width, Channels]),
        (false, true) => memory.Get([Samples, Channels, Size.Width]),
    };
}
