namespace Evenkeel.Numerics.Images;

/// <summary>The rows or the columns of a convolution: output[i] sums over input[i·Stride + k·Dilation − Padding].</summary>
/// <param name="Input">The input's length.</param>
/// <param name="Kernel">The kernel's length.</param>
/// <param name="Stride">The distance from the window of an output to the next, in pixels of the input.</param>
/// <param name="Padding">Zeros at either end of the input.</param>
/// <param name="Dilation">The distance from an element of the kernel to the next, in pixels of the input.</param>
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
