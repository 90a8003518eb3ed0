namespace Evenkeel.Numerics.Images;

/// <summary>One axis of a convolution, the rows' or the columns': output[i] sums over input[i·Stride + k·Dilation − Padding].</summary>
/// <param name="Input">The input's length.</param>
/// <param name="Kernel">The kernel's length.</param>
/// <param name="Stride">From an output's place to the next one's, in pixels of the input.</param>
/// <param name="Padding">Zeros at either end of the input.</param>
/// <param name="Dilation">From an element of the kernel to the next, in pixels of the input.</param>
internal readonly record struct ConvolutionAxis(int Input, int Kernel, int Stride, int Padding, int Dilation)
{
    /// <summary>The output's length; 0 where the kernel is larger than the padded input.</summary>
    public int Output
    {
        get
        {
            long room = Input + 2L * Padding - ((Kernel - 1L) * Dilation + 1);
            return room < 0 ? 0 : (int)(room / Stride + 1);
        }
    }
}

/// <summary>The shape of a convolution: a batch of images, as many filters as there are outputs, and what they give.</summary>
/// <param name="Samples">N, the images.</param>
/// <param name="Inputs">The channels of an image.</param>
/// <param name="Outputs">The channels of a result.</param>
/// <param name="Groups">Parts into which both fall, each output seeing the inputs of its own part only.</param>
/// <param name="Rows">The images' and the kernel's rows.</param>
/// <param name="Columns">The images' and the kernel's columns.</param>
/// <param name="ChannelLast">Whether images and results are [N, H, W, C]; otherwise they are [N, C, H, W].</param>
internal readonly record struct ConvolutionShape(
    int Samples, int Inputs, int Outputs, int Groups, ConvolutionAxis Rows, ConvolutionAxis Columns, bool ChannelLast)
{
    /// <summary>Multiply-adds below which a second thread costs more than it saves: fewer than a matrix product's, since with them goes the copying of windows.</summary>
    private const long WorthSplitting = 100_000;

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

    /// <summary>Whether each channel is convolved for itself, with one filter of its own.</summary>
    public bool IsPerChannel => Groups == Inputs && Groups == Outputs && Groups > 1;

    /// <summary>Whether there is enough to do for a second thread, in either direction.</summary>
    public bool IsWorthSplitting => (long)OutputLength * GroupInputs * Taps >= WorthSplitting;
}
