using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Images;

/// <summary>The shape of a convolution: a batch of images, one filter for each output, and the results.</summary>
/// <param name="Samples">N, the images.</param>
/// <param name="Inputs">The channels of an image.</param>
/// <param name="Outputs">The channels of a result.</param>
/// <param name="Groups">The groups into which both are cut; an output depends on the inputs of its own group only.</param>
/// <param name="Rows">The images' and the kernel's rows.</param>
/// <param name="Columns">The images' and the kernel's columns.</param>
/// <param name="ChannelLast">True if images and results are [N, H, W, C]; otherwise they are [N, C, H, W].</param>
internal readonly record struct ConvolutionShape(
    int Samples, int Inputs, int Outputs, int Groups, ConvolutionAxis Rows, ConvolutionAxis Columns, bool ChannelLast)
{
    /// <summary>Multiply-adds below which a second thread costs more than it saves.</summary>
    /// <remarks>They are fewer than those of a matrix product, because windows are copied too.</remarks>
    private const long WorthSplitting = 100_000;

    private const double MultiplyAddsPerMicrosecond = 20_000;

    /// <summary>Inputs of a group.</summary>
    public int GroupInputs => Inputs / Groups;

    /// <summary>Outputs of a group.</summary>
    public int GroupOutputs => Outputs / Groups;

    /// <summary>Elements of the kernel.</summary>
    public int Taps => Rows.Kernel * Columns.Kernel;

    /// <summary>Elements of all images.</summary>
    public int InputLength => Samples * Rows.Input * Columns.Input * Inputs;

    /// <summary>Elements of all results.</summary>
    public int OutputLength => Samples * Rows.Output * Columns.Output * Outputs;

    /// <summary>Elements of all filters.</summary>
    public int WeightLength => Outputs * GroupInputs * Taps;

    /// <summary>True if each channel is convolved with its own filter (depthwise).</summary>
    public bool IsPerChannel => Groups == Inputs && Groups == Outputs && Groups > 1;

    /// <summary>Tells whether there is enough work for a second thread, in either direction.</summary>
    public bool IsWorthSplitting() =>
        MultiplyAdds >= WorthSplitting && WorkerPool.IsWorthSplitting(MultiplyAdds / MultiplyAddsPerMicrosecond);

    private double MultiplyAdds => (double)OutputLength * GroupInputs * Taps;
}
