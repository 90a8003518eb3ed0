namespace Evenkeel.Layers;

/// <summary>The settings of <see cref="Conv2d"/>; the defaults are PyTorch's, except for the initial weights.</summary>
public sealed record Conv2dOptions
{
    /// <summary>The distance between the windows of neighbouring outputs, in pixels of the input; at least 1. Default 1.</summary>
    public Extent Stride { get; init; } = 1;

    /// <summary>
    /// The rows and columns of zeros around the image, the same on each side or not; at least 0. Default 0. <see cref="Padding.Same"/>
    /// makes the output as large as the image, divided by the stride.
    /// </summary>
    public Padding Padding { get; init; } = 0;

    /// <summary>The distance between neighbouring elements of the kernel, in pixels of the input; at least 1. Default 1.</summary>
    public Extent Dilation { get; init; } = 1;

    /// <summary>
    /// The number of groups, a divisor of the numbers of input and output channels: an output depends on the inputs of its group only.
    /// Default 1.
    /// </summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether to add a bias; before a batch normalization it has no effect. Default true.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>The axis of the channels: 1, the default, for [N, C, H, W], −1 for [N, H, W, C].</summary>
    public int ChannelAxis { get; init; } = 1;

    /// <summary>The initializer of the weights; <see cref="Initializer.HeNormal"/> if null.</summary>
    public Initializer? Weights { get; init; }
}
