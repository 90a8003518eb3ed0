namespace Evenkeel.Layers;

/// <summary>The settings of <see cref="Conv2d"/>; the defaults are PyTorch's, but for how weights are drawn.</summary>
public sealed record Conv2dOptions
{
    /// <summary>From an output's place to the next one's, in pixels of the input; at least 1.</summary>
    public Extent Stride { get; init; } = 1;

    /// <summary>Rows and columns of zeros at either end of the image; at least 0.</summary>
    public Extent Padding { get; init; } = 0;

    /// <summary>From an element of the kernel to the next, in pixels of the input; at least 1.</summary>
    public Extent Dilation { get; init; } = 1;

    /// <summary>Parts into which inputs and outputs fall: an output sees the inputs of its own part only. It divides the numbers of both.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Whether there is a bias; in front of a batch normalization it would have no effect.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Where images have their channels: 1 for [N, C, H, W], −1 for [N, H, W, C].</summary>
    public int ChannelAxis { get; init; } = 1;

    /// <summary>How the weights are drawn; <see cref="Initializer.HeNormal"/> where null.</summary>
    public Initializer? Weights { get; init; }
}
