namespace Evenkeel.Layers;

/// <summary>The settings of <see cref="Conv1d"/>; the defaults are PyTorch's, except for the initial weights.</summary>
public sealed record Conv1dOptions
{
    /// <summary>The distance between the windows of neighbouring outputs; at least 1. Default 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>
    /// The zeros to the left and the right of the sequence, the same or not; at least 0. Default 0. Padding to the left alone makes the
    /// convolution causal. The padding above and below does not count.
    /// </summary>
    public Padding Padding { get; init; } = 0;

    /// <summary>The distance between neighbouring elements of the kernel; at least 1. Default 1.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>
    /// The number of groups, a divisor of the numbers of input and output channels: an output depends on the inputs of its group only.
    /// Default 1.
    /// </summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether to add a bias; before a batch normalization it has no effect. Default true.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>The axis of the channels: 1, the default, for [N, C, L], −1 for [N, L, C].</summary>
    public int ChannelAxis { get; init; } = 1;

    /// <summary>The initializer of the weights; <see cref="Initializer.HeNormal"/> if null.</summary>
    public Initializer? Weights { get; init; }

    /// <summary>The settings of a convolution of images of one row.</summary>
    internal Conv2dOptions OfOneRow() => new()
    {
        Stride = new Extent(1, Stride),
        Padding = Padding.IsSame ? Padding : new Padding(0, Padding.Left, 0, Padding.Right),
        Dilation = new Extent(1, Dilation),
        Groups = Groups,
        Bias = Bias,
        ChannelAxis = ChannelAxis,
        Weights = Weights,
    };
}
