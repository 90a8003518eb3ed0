using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Matrices;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Numerics.Images;

/// <summary>The convolution of images with filters (in the sense of neural networks: a correlation), and its gradients.</summary>
/// <remarks>
/// <para>
/// With n a sample, o an output, c an input of its group, s the stride, d the dilation, p the padding, and zeros around the images:
/// y[n, o, i, j] = b[o] + Σ w[o, c, u, v]·x[n, c, i·s + u·d − p, j·s + v·d − p], the sum over u, v and c.
/// </para>
/// <para>
/// Each element is a sequence of fused multiply-adds in the order of u, v, c (the last fastest), starting with 0; a sequence longer
/// than 256 is cut into blocks of about equal length, whose sums are added to b (or 0) in order. The gradient of the input is computed
/// likewise, in the order of the positions in the gradient of the output. The gradient of the filters sums over pixels in order, in
/// blocks, then over blocks, then over groups of samples, all cut by the shape alone. So no bit of a result depends on the machine or
/// on the number of threads.
/// </para>
/// </remarks>
internal static unsafe class Convolution
{
    /// <summary>Computes y = w∗x + b, and applies an epilogue.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="x">The images.</param>
    /// <param name="weight">w [outputs, inputs of a group, kernel rows, kernel columns].</param>
    /// <param name="bias">b; empty for 0.</param>
    /// <param name="epilogue">The operations on the results, done while these are in the cache.</param>
    /// <param name="y">Receives the results.</param>
    public static void Forward(
        in ConvolutionShape shape,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        Epilogue epilogue,
        Span<float> y)
    {
        SpanChecks.Length(x, shape.InputLength);
        SpanChecks.Length(weight, shape.WeightLength);
        SpanChecks.Length(y, shape.OutputLength);
        if (!epilogue.Residual.IsEmpty)
        {
            SpanChecks.Length(epilogue.Residual, shape.OutputLength);
        }

        fixed (float* px = x, pw = weight, pb = bias, py = y, residual = epilogue.Residual)
        {
            MatrixRegisters.Run(new Kernel(shape, backward: false, px, pw, pb, py, new RegionEpilogue(residual, epilogue.Relu)));
        }
    }

    /// <summary>Computes the gradient of the input: for each x, the sum over all y to which it contributes.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="dy">The gradient of the results.</param>
    /// <param name="weight">w, as in the forward pass.</param>
    /// <param name="dx">Receives the gradient of the images.</param>
    public static void InputGradient(in ConvolutionShape shape, ReadOnlySpan<float> dy, ReadOnlySpan<float> weight, Span<float> dx)
    {
        SpanChecks.Length(dy, shape.OutputLength);
        SpanChecks.Length(weight, shape.WeightLength);
        SpanChecks.Length(dx, shape.InputLength);
        fixed (float* pdy = dy, pw = weight, pdx = dx)
        {
            MatrixRegisters.Run(new Kernel(shape, backward: true, pdy, pw, bias: null, pdx, epilogue: default));
        }
    }

    /// <summary>Computes the gradient of the filters: Σ dy[n, o, i, j]·x[n, c, i·s + u·d − p, j·s + v·d − p] over n, i and j.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="x">The images.</param>
    /// <param name="dy">The gradient of the results.</param>
    /// <param name="gradient">Receives the sums, of w's shape.</param>
    /// <param name="accumulate">True to add the sums to what the gradient holds.</param>
    public static void WeightGradient(
        in ConvolutionShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> gradient, bool accumulate)
    {
        SpanChecks.Length(x, shape.InputLength);
        SpanChecks.Length(dy, shape.OutputLength);
        SpanChecks.Length(gradient, shape.WeightLength);
        fixed (float* px = x, pdy = dy, pg = gradient)
        {
            MatrixRegisters.Run(new WeightKernel(shape, px, pdy, pg, accumulate));
        }
    }

    private readonly struct Kernel(
        ConvolutionShape shape, bool backward, float* source, float* weight, float* bias, float* target, RegionEpilogue epilogue)
        : IRegisterKernel
    {
        public void Invoke<TRegisters, TVector>()
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct =>
            ConvolutionBlocks<TRegisters, TVector>.Run(shape, backward, source, weight, bias, target, epilogue);
    }

    private readonly struct WeightKernel(ConvolutionShape shape, float* x, float* dy, float* gradient, bool accumulate)
        : IRegisterKernel
    {
        public void Invoke<TRegisters, TVector>()
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct =>
            ConvolutionWeightBlocks<TRegisters, TVector>.Run(shape, x, dy, gradient, accumulate);
    }
}
