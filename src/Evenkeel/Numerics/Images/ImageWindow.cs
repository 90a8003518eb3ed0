using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Numerics.Images;

/// <summary>Copies between images of either layout and windows [samples, height, width, channels].</summary>
internal static unsafe class ImageWindow<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    /// <summary>Copies a window out of images, with zeros outside of them.</summary>
    public static void Read(in ImageBatch images, in ImageRegion window, float* target)
    {
        int channels = images.Channels;
        int left = Math.Clamp(-window.Column, 0, window.Width);
        int right = Math.Clamp(images.Width - window.Column, left, window.Width);
        for (int sample = 0; sample < window.Samples; sample++)
        {
            for (int y = 0; y < window.Height; y++)
            {
                int row = window.Row + y;
                if (row < 0 || row >= images.Height)
                {
                    Clear(target, window.Width * channels);
                }
                else
                {
                    Clear(target, left * channels);
                    CopyPixels(
                        images, images.Pixel(window.Sample + sample, row, window.Column + left), right - left, target + left * channels);
                    Clear(target + right * channels, (window.Width - right) * channels);
                }

                target += window.Width * channels;
            }
        }
    }

    /// <summary>Copies a window, which must lie inside, into images.</summary>
    public static void Write(float* source, in ImageRegion window, in ImageBatch images)
    {
        for (int sample = 0; sample < window.Samples; sample++)
        {
            for (int y = 0; y < window.Height; y++)
            {
                MatrixPacking.Transpose<TRegisters, TVector>(
                    source,
                    images.Channels,
                    images.Channels,
                    window.Width,
                    images.Pixel(window.Sample + sample, window.Row + y, window.Column),
                    (nint)images.Height * images.Width);
                source += window.Width * images.Channels;
            }
        }
    }

    private static void CopyPixels(in ImageBatch images, float* source, int count, float* target)
    {
        if (images.ChannelLast)
        {
            new ReadOnlySpan<float>(source, count * images.Channels).CopyTo(new Span<float>(target, count * images.Channels));
        }
        else
        {
            MatrixPacking.Transpose<TRegisters, TVector>(
                source, (nint)images.Height * images.Width, count, images.Channels, target, images.Channels);
        }
    }

    private static void Clear(float* target, int length) => new Span<float>(target, length).Clear();
}
