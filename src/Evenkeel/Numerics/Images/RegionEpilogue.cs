using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Numerics.Images;

/// <summary>What follows a convolution, band by band, while a band is in the cache: the <see cref="Epilogue"/>, in place.</summary>
/// <param name="addend">What is added, laid out as the images are; null for nothing.</param>
/// <param name="rectifies">Whether a ReLU follows.</param>
internal readonly unsafe struct BandEpilogue(float* addend, bool rectifies)
{
    /// <summary>Does it to a part of the images.</summary>
    public void Apply(in ImageBatch images, in ImageRegion band)
    {
        if (addend == null && !rectifies)
        {
            return;
        }

        // Rows lie in one piece where the channels are last; else each channel has its own.
        (int planes, nint planeStride) = images.ChannelLast ? (1, (nint)0) : (images.Channels, (nint)images.Height * images.Width);
        int length = images.ChannelLast ? band.Width * images.Channels : band.Width;
        for (int sample = band.Sample; sample < band.Sample + band.Samples; sample++)
        {
            for (int plane = 0; plane < planes; plane++)
            {
                for (int row = band.Row; row < band.Row + band.Height; row++)
                {
                    Apply(images.Pixels, images.Pixel(sample, row, band.Column) + plane * planeStride, length);
                }
            }
        }
    }

    private void Apply(float* first, float* elements, int length)
    {
        var y = new Span<float>(elements, length);
        if (addend == null)
        {
            Activate.Forward<ReluFunction>(y, y);
        }
        else
        {
            Sum.Apply(y, new ReadOnlySpan<float>(addend + (elements - first), length), rectifies, y);
        }
    }
}
