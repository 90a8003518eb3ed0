using Evenkeel.Numerics;

namespace Evenkeel.Layers;

/// <summary>The convolution of sequences: y[n, o, i] = b[o] + Σ w[o, c, u]·x[n, c, i·s + u·d − p].</summary>
/// <remarks>
/// <para>
/// The sum runs over the kernel's elements u and over the inputs c of the group of the output o; s is the stride, d the dilation, p the
/// padding to the left, and x is 0 outside the sequence. Backward: as <see cref="Conv2d"/>, which it is, with images of one row.
/// </para>
/// <para>
/// Shapes: x [N, in, L], or [N, L, in] with the channels last; w [out, in/groups, kernel]; b [out]; y [N, out, L'], or [N, L', out], with
/// L' = ⌊(L + P − d·(kernel − 1) − 1)/s⌋ + 1, where P is the padding on both sides.
/// </para>
/// </remarks>
public sealed class Conv1d : ConvolutionLayer
{
    /// <summary>Creates a layer and draws its weights; biases start at 0.</summary>
    /// <param name="inputs">The number of input channels, at least 1.</param>
    /// <param name="outputs">The number of output channels, at least 1.</param>
    /// <param name="kernel">The kernel's length, at least 1.</param>
    /// <param name="random">The source of the random numbers for the weights; the layer takes one stream of it.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number of channels, the kernel, the stride, the dilation or the number of groups is below 1, the padding is below 0, or the
    /// channel axis is neither 1 nor −1.
    /// </exception>
    /// <exception cref="ArgumentException">The groups do not divide the numbers of channels.</exception>
    public Conv1d(int inputs, int outputs, int kernel, RandomSource random, Conv1dOptions? options = null)
        : this(inputs, outputs, kernel, options) => Draw(random);

    /// <summary>Creates a layer with all weights 0.</summary>
    internal Conv1d(int inputs, int outputs, int kernel, Conv1dOptions? options = null)
        : base(inputs, outputs, new Extent(1, kernel), (options ??= new()).OfOneRow(), isSequence: true)
    {
        Kernel = kernel;
        Options = options;
    }

    /// <summary>The kernel's length.</summary>
    public int Kernel { get; }

    /// <summary>The settings.</summary>
    public Conv1dOptions Options { get; }
}
