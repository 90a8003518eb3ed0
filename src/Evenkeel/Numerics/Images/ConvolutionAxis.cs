namespace Evenkeel.Numerics.Images;

/// <summary>The rows or the columns of a convolution: output[i] sums over input[i·Stride + k·Dilation − Padding].</summary>
/// <param name="Input">The input's length.</param>
/// <param name="Kernel">The kernel's length.</param>
/// <param name="Stride">The distance from the window of an output to the next, in pixels of the input.</param>
/// <param name="Padding">Zeros before the input.</param>
/// <param name="PaddingAfter">Zeros behind the input.</param>
/// <param name="Dilation">The distance from an element of the kernel to the next, in pixels of the input.</param>
internal readonly record struct ConvolutionAxis(int Input, int Kernel, int Stride, int Padding, int PaddingAfter, int Dilation)
{
    /// <summary>An axis with the same padding at either end.</summary>
    public ConvolutionAxis(int input, int kernel, int stride, int padding, int dilation)
        : this(input, kernel, stride, padding, padding, dilation)
    {
    }

    /// <summary>The output's length; 0 where the kernel is larger than the padded input.</summary>
    public int Output
    {
        get
        {
            long room = Input + (long)Padding + PaddingAfter - ((Kernel - 1L) * Dilation + 1);
            return room < 0 ? 0 : (int)(room / Stride + 1);
        }
    }
}
