using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Copies a channel-last image, shifted and mirrored.</summary>
internal static class ImageShift
{
    /// <summary>Computes y[i, j] = x[i − down, j − right], with zeros outside of x, and then mirrors y left to right if asked.</summary>
    /// <param name="x">The image [height, width, channels].</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="down">The shift down, in pixels.</param>
    /// <param name="right">The shift to the right, in pixels, less than the width.</param>
    /// <param name="mirrored">True to mirror the image.</param>
    /// <param name="y">Receives the result.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Copy(ReadOnlySpan<float> x, int width, int channels, int down, int right, bool mirrored, Span<float> y)
    {
        SpanChecks.Length<float>(y, x.Length);
        int row = width * channels, height = x.Length / row;
        int first = Math.Max(0, right) * channels, shown = (width - Math.Abs(right)) * channels;
        for (int i = 0; i < height; i++)
        {
            Span<float> target = y.Slice(i * row, row);
            target.Clear();
            if (i - down >= 0 && i - down < height)
            {
                x.Slice((i - down) * row + Math.Max(0, -right) * channels, shown).CopyTo(target[first..]);
            }

            if (mirrored)
            {
                Mirror(target, channels);
            }
        }
    }

    /// <summary>Reverses the order of the pixels, but not of their channels.</summary>
    private static void Mirror(Span<float> row, int channels)
    {
        row.Reverse();
        for (int start = 0; start < row.Length && channels > 1; start += channels)
        {
            row.Slice(start, channels).Reverse();
        }
    }
}
