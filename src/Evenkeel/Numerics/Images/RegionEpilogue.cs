using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Numerics.Images;

/// <summary>The <see cref="Epilogue"/> of a convolution, applied in place to each region while it is in the cache.</summary>
/// <param name="residual">The elements that are added, in the order of the images; null for none.</param>
/// <param name="relu">True if a ReLU follows.</param>
internal readonly unsafe struct RegionEpilogue(float* residual, bool relu)
{
    /// <summary>Applies the epilogue to a region of the images.</summary>
    public void Apply(in ImageBatch images, in ImageRegion region)
    {
        if (residual == null && !relu)
        {
            return;
        }

        // A row of a region is one run if channels are last, otherwise one run per channel.
        (int planes, nint planeStride) = images.ChannelLast ? (1, (nint)0) : (images.Channels, (nint)images.Height * images.Width);
        int length = images.ChannelLast ? region.Width * images.Channels : region.Width;
        for (int sample = region.Sample; sample < region.Sample + region.Samples; sample++)
        {
            for (int plane = 0; plane < planes; plane++)
            {
                for (int row = region.Row; row < region.Row + region.Height; row++)
                {
                    Apply(images.Pixels, images.Pixel(sample, row, region.Column) + plane * planeStride, length);
                }
            }
        }
    }

    private void Apply(float* first, float* elements, int length)
    {
        var y = new Span<float>(elements, length);
        if (residual == null)
        {
            Activate.Forward<ReluFunction>(y, y);
        }
        else
        {
            Sum.Apply(y, new ReadOnlySpan<float>(residual + (elements - first), length), relu, y);
        }
    }
}
