using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Numerics.Inference;

/// <summary>Copies rows of pixels between activations and dense images of either layout. Rows are numbered through all samples.</summary>
internal static unsafe class ActivationCopy
{
    /// <summary>Copies dense images into activations.</summary>
    /// <param name="images">The images.</param>
    /// <param name="isChannelLast">True if the images are [N, H, W, C]; otherwise they are [N, C, H, W].</param>
    /// <param name="target">Receives the rows.</param>
    /// <param name="rows">The number of rows.</param>
    public static void Load(float* images, bool isChannelLast, in ActivationMap.Operand target, int rows)
    {
        ActivationLayout layout = target.Layout;
        for (int row = 0; row < rows; row++)
        {
            float* pixels = target.Row(row);
            if (!isChannelLast && layout.Channels > 1)
            {
                MatrixRegisters.Run(new Transposition(
                    PlanarRow(images, layout, row), layout.Pixels, layout.Width, layout.Channels, pixels, layout.PixelStride));
            }
            else
            {
                Copy(images + (nint)row * layout.Width * layout.Channels, layout.Channels, pixels, layout.PixelStride, layout);
            }
        }
    }

    /// <summary>Copies activations into dense images.</summary>
    /// <param name="source">The activations.</param>
    /// <param name="isChannelLast">True if the images are [N, H, W, C]; otherwise they are [N, C, H, W].</param>
    /// <param name="images">Receives the rows.</param>
    /// <param name="rows">The number of rows.</param>
    public static void Store(in ActivationMap.Operand source, bool isChannelLast, float* images, int rows)
    {
        ActivationLayout layout = source.Layout;
        for (int row = 0; row < rows; row++)
        {
            float* pixels = source.Row(row);
            if (!isChannelLast && layout.Channels > 1)
            {
                MatrixRegisters.Run(new Transposition(
                    pixels, layout.PixelStride, layout.Channels, layout.Width, PlanarRow(images, layout, row), layout.Pixels));
            }
            else
            {
                Copy(pixels, layout.PixelStride, images + (nint)row * layout.Width * layout.Channels, layout.Channels, layout);
            }
        }
    }

    /// <summary>The row of the first channel in images [N, C, H, W].</summary>
    private static float* PlanarRow(float* images, in ActivationLayout layout, int row) =>
        images + (nint)(row / layout.Height) * layout.Channels * layout.Pixels + (nint)(row % layout.Height) * layout.Width;

    private static void Copy(float* source, int sourceStride, float* target, int targetStride, in ActivationLayout layout)
    {
        if (sourceStride == targetStride)
        {
            int length = layout.Width * sourceStride;
            new ReadOnlySpan<float>(source, length).CopyTo(new Span<float>(target, length));
            return;
        }

        for (int i = 0; i < layout.Width; i++)
        {
            new ReadOnlySpan<float>(source, layout.Channels).CopyTo(new Span<float>(target, layout.Channels));
            source += sourceStride;
            target += targetStride;
        }
    }

    /// <summary>target[p·targetStride + j] = source[j·sourceStride + p] for p below depth and j below columns.</summary>
    private readonly struct Transposition(
        float* source, nint sourceStride, int depth, int columns, float* target, nint targetStride) : IRegisterKernel
    {
        public void Invoke<TRegisters, TVector>()
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct =>
            MatrixPacking.Transpose<TRegisters, TVector>(source, sourceStride, depth, columns, target, targetStride);
    }
}
