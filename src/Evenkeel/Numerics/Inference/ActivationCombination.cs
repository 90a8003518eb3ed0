using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Inference;

/// <summary>Combinations of activations: the channels of one behind those of another, factors for each channel of a sample.</summary>
internal static unsafe class ActivationCombination
{
    /// <summary>Copies rows of pixels to some of the channels of others. Rows are numbered through all samples.</summary>
    /// <param name="source">The activations.</param>
    /// <param name="target">Receives the channels; its images have the size of those of the source.</param>
    /// <param name="start">The first of the target's channels.</param>
    /// <param name="rows">The number of rows.</param>
    public static void CopyChannels(in ActivationMap.Operand source, in ActivationMap.Operand target, int start, int rows)
    {
        int channels = source.Layout.Channels, width = source.Layout.Width;
        int sourceStride = source.Layout.PixelStride, targetStride = target.Layout.PixelStride;
        for (int row = 0; row < rows; row++)
        {
            float* x = source.Row(row), y = target.Row(row) + start;
            for (int pixel = 0; pixel < width; pixel++, x += sourceStride, y += targetStride)
            {
                new ReadOnlySpan<float>(x, channels).CopyTo(new Span<float>(y, channels));
            }
        }
    }

    /// <summary>Multiplies the channels of each sample by factors. Rows are numbered through all samples.</summary>
    /// <param name="source">The activations, with a pixel stride of whole vectors.</param>
    /// <param name="factors">The factors: images of one pixel, or vectors.</param>
    /// <param name="target">Receives the products.</param>
    /// <param name="rows">The number of rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyChannels(
        in ActivationMap.Operand source, in ActivationMap.Operand factors, in ActivationMap.Operand target, int rows)
    {
        int sourceStride = source.Layout.PixelStride, targetStride = target.Layout.PixelStride, width = source.Layout.Width;
        int channels = FullVector.RoundUp(source.Layout.Channels);
        for (int row = 0; row < rows; row++)
        {
            float* x = source.Row(row), y = target.Row(row), factor = factors.Row(row / source.Layout.Height);
            for (int pixel = 0; pixel < width; pixel++, x += sourceStride, y += targetStride)
            {
                for (int channel = 0; channel < channels; channel += FullVector.Count)
                {
                    (Vector512.Load(x + channel) * Vector512.Load(factor + channel)).Store(y + channel);
                }
            }
        }
    }
}
