using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Inference;

/// <summary>The transforms of Winograd's convolution F(2×2, 3×3), which takes 16 products instead of 36 for four outputs.</summary>
/// <remarks>
/// <para>
/// With d a tile of 4×4 inputs and g a filter, the outputs are Y = Aᵀ[Σ (G·g·Gᵀ) ⊙ (Bᵀ·d·B)]A, the sum over the inputs' channels, where
/// Bᵀ = [1 0 −1 0; 0 1 1 0; 0 −1 1 0; 0 1 0 −1], G = [1 0 0; ½ ½ ½; ½ −½ ½; 0 0 1] and Aᵀ = [1 1 1 0; 0 1 −1 −1].
/// </para>
/// <para>Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, arXiv 1509.09308.</para>
/// </remarks>
internal static unsafe class Winograd
{
    /// <summary>Rows and columns of outputs in a tile.</summary>
    public const int Outputs = 2;

    /// <summary>Rows and columns of a filter.</summary>
    public const int Kernel = 3;

    /// <summary>Rows and columns of inputs in a tile.</summary>
    public const int Inputs = 4;

    /// <summary>Elements of a transformed tile.</summary>
    public const int Elements = Inputs * Inputs;

    private const int Taps = Kernel * Kernel;

    /// <summary>Transforms filters: for each element of G·g·Gᵀ, a matrix [outputs, inputs], in double precision, rounded once.</summary>
    /// <param name="filters">The filters [outputs, inputs, 3, 3].</param>
    public static float[][] TransformFilters(ReadOnlySpan<float> filters)
    {
        var transformed = new float[Elements][];
        for (int i = 0; i < Elements; i++)
        {
            transformed[i] = new float[filters.Length / Taps];
        }

        Span<double> rows = stackalloc double[Inputs * Kernel];
        for (int filter = 0; filter < filters.Length / Taps; filter++)
        {
            ReadOnlySpan<float> g = filters.Slice(filter * Taps, Taps);
            for (int column = 0; column < Kernel; column++)
            {
                (rows[column], rows[3 + column], rows[6 + column], rows[9 + column]) = Transform(g[column], g[3 + column], g[6 + column]);
            }

            for (int row = 0; row < Inputs; row++)
            {
                (double a, double b, double c, double d) = Transform(rows[3 * row], rows[3 * row + 1], rows[3 * row + 2]);
                transformed[4 * row][filter] = (float)a;
                transformed[4 * row + 1][filter] = (float)b;
                transformed[4 * row + 2][filter] = (float)c;
                transformed[4 * row + 3][filter] = (float)d;
            }
        }

        return transformed;
    }

    /// <summary>Computes Bᵀ·d·B of neighbouring tiles of a row.</summary>
    /// <param name="source">The first pixel of the first tile.</param>
    /// <param name="rowStride">The distance from a row of pixels to the next.</param>
    /// <param name="pixelStride">The distance from a pixel to the next: whole vectors of channels.</param>
    /// <param name="tiles">The number of tiles.</param>
    /// <param name="target">Receives the first element of the tiles, tile after tile.</param>
    /// <param name="elementStride">The distance from an element to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransformInputs(float* source, nint rowStride, nint pixelStride, int tiles, float* target, nint elementStride)
    {
        for (int tile = 0; tile < tiles; tile++)
        {
            for (nint channel = 0; channel < pixelStride; channel += FullVector.Count)
            {
                float* d = source + channel, v = target + channel;
                Column(d, rowStride, out var a0, out var a1, out var a2, out var a3);
                Column(d + pixelStride, rowStride, out var b0, out var b1, out var b2, out var b3);
                Column(d + 2 * pixelStride, rowStride, out var c0, out var c1, out var c2, out var c3);
                Column(d + 3 * pixelStride, rowStride, out var d0, out var d1, out var d2, out var d3);
                Row(a0, b0, c0, d0, v, elementStride);
                Row(a1, b1, c1, d1, v + 4 * elementStride, elementStride);
                Row(a2, b2, c2, d2, v + 8 * elementStride, elementStride);
                Row(a3, b3, c3, d3, v + 12 * elementStride, elementStride);
            }

            source += Outputs * pixelStride;
            target += pixelStride;
        }
    }

    /// <summary>Computes f(Aᵀ·m·A + bias + residual) of neighbouring tiles of a row.</summary>
    /// <param name="source">The first element of the tiles, tile after tile.</param>
    /// <param name="elementStride">The distance from an element to the next.</param>
    /// <param name="tiles">The number of tiles.</param>
    /// <param name="bias">The bias of each channel, filled up to whole vectors; null for 0.</param>
    /// <param name="residual">The first pixel of the residual; null for none.</param>
    /// <param name="residualRowStride">The distance from a row of its pixels to the next.</param>
    /// <param name="relu">True if f is a ReLU; otherwise it is the identity.</param>
    /// <param name="target">Receives the pixels.</param>
    /// <param name="rowStride">The distance from a row of the target's pixels to the next.</param>
    /// <param name="pixelStride">The distance from a pixel to the next, in the residual too: whole vectors of channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransformOutputs(
        float* source,
        nint elementStride,
        int tiles,
        float* bias,
        float* residual,
        nint residualRowStride,
        bool relu,
        float* target,
        nint rowStride,
        nint pixelStride)
    {
        for (int tile = 0; tile < tiles; tile++)
        {
            for (nint channel = 0; channel < pixelStride; channel += FullVector.Count)
            {
                float* m = source + channel;
                OutputColumn(m, elementStride, out var a0, out var a1);
                OutputColumn(m + elementStride, elementStride, out var b0, out var b1);
                OutputColumn(m + 2 * elementStride, elementStride, out var c0, out var c1);
                OutputColumn(m + 3 * elementStride, elementStride, out var d0, out var d1);
                Vector512<float> b = bias == null ? default : Vector512.Load(bias + channel);
                float* y = target + channel, r = residual == null ? null : residual + channel;
                Store(a0 + b0 + c0, b, r, relu, y);
                Store(b0 - c0 - d0, b, r == null ? null : r + pixelStride, relu, y + pixelStride);
                r += r == null ? 0 : residualRowStride;
                Store(a1 + b1 + c1, b, r, relu, y + rowStride);
                Store(b1 - c1 - d1, b, r == null ? null : r + pixelStride, relu, y + rowStride + pixelStride);
            }

            source += pixelStride;
            target += Outputs * pixelStride;
            residual += residual == null ? 0 : Outputs * pixelStride;
        }
    }

    private static (double First, double Second, double Third, double Fourth) Transform(double a, double b, double c) =>
        (a, (a + b + c) / 2, (a - b + c) / 2, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(
        float* d,
        nint rowStride,
        out Vector512<float> first,
        out Vector512<float> second,
        out Vector512<float> third,
        out Vector512<float> fourth)
    {
        Vector512<float> b = Vector512.Load(d + rowStride), c = Vector512.Load(d + 2 * rowStride);
        first = Vector512.Load(d) - c;
        second = b + c;
        third = c - b;
        fourth = b - Vector512.Load(d + 3 * rowStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* target, nint elementStride)
    {
        (a - c).Store(target);
        (b + c).Store(target + elementStride);
        (c - b).Store(target + 2 * elementStride);
        (b - d).Store(target + 3 * elementStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputColumn(float* m, nint elementStride, out Vector512<float> first, out Vector512<float> second)
    {
        Vector512<float> b = Vector512.Load(m + 4 * elementStride), c = Vector512.Load(m + 8 * elementStride);
        first = Vector512.Load(m) + b + c;
        second = b - c - Vector512.Load(m + 12 * elementStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> value, Vector512<float> bias, float* residual, bool relu, float* target)
    {
        value += bias;
        if (residual != null)
        {
            value += Vector512.Load(residual);
        }

        (relu ? ReluFunction.Value(value) : value).Store(target);
    }
}
