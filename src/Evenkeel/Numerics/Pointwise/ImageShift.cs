using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Shifts a channel-last image, and mirrors it.</summary>
internal static class ImageShift
{
    /// <summary>Copies an image: y[i, j] = x[i − down, j − right], zero where that is outside, and then mirrored left to right or not.</summary>
    /// <param name="x">The image [height, width, channels].</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="channels">How many numbers a pixel has.</param>
    /// <param name="down">How far it is shifted down.</param>
    /// <param name="right">How far it is shifted to the right, less than its width.</param>
    /// <param name="mirrored">Whether it is mirrored.</param>
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

    /// <summary>Reverses the order of the pixels; a pixel's channels keep theirs.</summary>
    private static void Mirror(Span<float> row, int channels)
    {
        row.Reverse();
        for (int start = 0; start < row.Length && channels > 1; start += channels)
        {
            row.Slice(start, channels).Reverse();
        }
    }
}
