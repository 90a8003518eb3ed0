namespace Evenkeel.TransferLearning;

/// <summary>Turns grey images into the input of ResNet-18: resized, in three colours, less the means of ImageNet.</summary>
internal static class ImageNetInput
{
    /// <summary>Number of colour channels.</summary>
    public const int Channels = 3;

    /// <summary>Means of blue, green and red, from 0 to 255: those of ResNetPreprocess.onnx, which is in the same package.</summary>
    private static ReadOnlySpan<float> Means => [103.06f, 115.90f, 123.15f];

    /// <summary>Writes an image of three channels, one after the other, by bilinear interpolation.</summary>
    /// <param name="grey">The pixels [height, width], from 0 to 1.</param>
    /// <param name="from">The height and width of the grey image.</param>
    /// <param name="target">Receives the image [3, height, width].</param>
    /// <param name="to">The height and width of the target.</param>
    public static void Write(ReadOnlySpan<float> grey, (int Height, int Width) from, Span<float> target, (int Height, int Width) to)
    {
        for (int y = 0; y < to.Height; y++)
        {
            (int above, int below, float down) = Neighbours(y, to.Height, from.Height);
            ReadOnlySpan<float> upper = grey.Slice(above * from.Width, from.Width), lower = grey.Slice(below * from.Width, from.Width);
            for (int x = 0; x < to.Width; x++)
            {
                (int left, int right, float across) = Neighbours(x, to.Width, from.Width);
                float pixel = 255 * Mix(Mix(upper[left], upper[right], across), Mix(lower[left], lower[right], across), down);
                for (int c = 0; c < Channels; c++)
                {
                    target[(c * to.Height + y) * to.Width + x] = pixel - Means[c];
                }
            }
        }
    }

    /// <summary>Finds the two original pixels between which a pixel of the target lies, and its distance from the first.</summary>
    private static (int First, int Second, float Fraction) Neighbours(int position, int length, int originalLength)
    {
        float original = Math.Clamp((position + 0.5f) * originalLength / length - 0.5f, 0, originalLength - 1);
        int first = (int)original;
        return (first, Math.Min(first + 1, originalLength - 1), original - first);
    }

    private static float Mix(float a, float b, float fraction) => a + (b - a) * fraction;
}
