using Evenkeel.Numerics;

namespace Evenkeel.Layers;

/// <summary>The convolution of images: y[n, o, i, j] = b[o] + Σ w[o, c, u, v]·x[n, c, i·s + u·d − p, j·s + v·d − p].</summary>
/// <remarks>
/// <para>
/// The sum runs over the kernel's rows u and columns v, and over the inputs c of the group of the output o; s is the stride, d the
/// dilation, p the padding above and to the left, and x is 0 outside the image. Backward:
/// dw[o, c, u, v] += Σ dy[n, o, i, j]·x[n, c, i·s + u·d − p, j·s + v·d − p] over n, i and j; db[o] += Σ dy[n, o, i, j];
/// dx sums dy[n, o, i, j]·w[o, c, u, v] over all products that x is part of.
/// </para>
/// <para>
/// Shapes: x [N, in, H, W], or [N, H, W, in] with the channels last; w [out, in/groups, kernel height, kernel width]; b [out];
/// y [N, out, H', W'], or [N, H', W', out], with H' = ⌊(H + P − d·(kernel height − 1) − 1)/s⌋ + 1, where P is the padding above and below,
/// and W' likewise.
/// </para>
/// </remarks>
public sealed class Conv2d : ConvolutionLayer
{
    /// <summary>Creates a layer and draws its weights; biases start at 0.</summary>
    /// <param name="inputs">The number of input channels, at least 1.</param>
    /// <param name="outputs">The number of output channels, at least 1.</param>
    /// <param name="kernel">The kernel's height and width, at least 1.</param>
    /// <param name="random">The source of the random numbers for the weights; the layer takes one stream of it.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number of channels, the kernel, the stride, the dilation or the number of groups is below 1, the padding is below 0, or the
    /// channel axis is neither 1 nor −1.
    /// </exception>
    /// <exception cref="ArgumentException">The groups do not divide the numbers of channels.</exception>
    public Conv2d(int inputs, int outputs, Extent kernel, RandomSource random, Conv2dOptions? options = null)
        : this(inputs, outputs, kernel, options) => Draw(random);

    /// <summary>Creates a layer with all weights 0.</summary>
    internal Conv2d(int inputs, int outputs, Extent kernel, Conv2dOptions? options = null)
        : base(inputs, outputs, kernel, options ??= new(), isSequence: false)
    {
        Kernel = kernel;
        Options = options;
    }

    /// <summary>The kernel's height and width.</summary>
    public Extent Kernel { get; }

    /// <summary>The settings.</summary>
    public Conv2dOptions Options { get; }
}
