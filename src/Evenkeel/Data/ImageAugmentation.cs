using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using static System.FormattableString;

namespace Evenkeel.Data;

/// <summary>Applies random changes to images that keep their class, so that the images differ from epoch to epoch.</summary>
/// <remarks>
/// <para>
/// With padding p, an image is shifted by −p to p pixels down and, independently, to the right; zeros are shifted in. This is a
/// random crop, of the image's size, of the image padded with p zeros on each side. With <see cref="Mirror"/>, the image is then
/// mirrored left to right with probability ½.
/// </para>
/// <para>
/// The changes of a sample depend on the seed, the number of the epoch and that of the sample alone, not on the batch size, the
/// order or the number of threads; training can resume at any epoch.
/// </para>
/// <para>Source: He et al., "Deep Residual Learning for Image Recognition", 2016, section 4.2, with p = 4.</para>
/// </remarks>
public sealed record ImageAugmentation
{
    /// <summary>The largest shift in pixels, less than the height and width of the images. Default 0.</summary>
    public int Padding { get; init; }

    /// <summary>True to mirror images left to right, each with probability ½. Default false.</summary>
    public bool Mirror { get; init; }

    /// <summary>Throws unless the samples are images [H, W, C] larger than the padding.</summary>
    internal void Check(ReadOnlySpan<nint> sample, string name)
    {
        if (sample.Length != 3)
        {
            throw new ArgumentException(
                $"A sample is {Shape.Describe(sample)}; augmentation takes images [height, width, channels].", name);
        }

        if (Padding < 0 || Padding >= sample[0] || Padding >= sample[1])
        {
            throw new ArgumentException(
                Invariant($"The padding is {Padding}; it must be at least 0 and less than the {sample[0]}×{sample[1]} pixels of images."),
                name);
        }
    }

    /// <summary>Copies the samples with the given numbers, each with its changes of this epoch.</summary>
    internal void Copy(Tensor<float> images, ReadOnlySpan<int> samples, ulong seed, int epoch, Span<float> batch)
    {
        int width = (int)images.Lengths[2], channels = (int)images.Lengths[3];
        int length = (int)images.Lengths[1] * width * channels;
        ReadOnlySpan<float> all = images.Elements();
        RandomStream downs = Draws(1), rights = Draws(2), mirrors = Draws(3);
        uint shifts = 2 * (uint)Padding + 1;
        for (int i = 0; i < samples.Length; i++)
        {
            uint sample = (uint)samples[i];
            ImageShift.Copy(
                all.Slice(samples[i] * length, length),
                width,
                channels,
                (int)downs.Below(shifts, sample) - Padding,
                (int)rights.Below(shifts, sample) - Padding,
                Mirror && mirrors.Below(2, sample) == 1,
                batch.Slice(i * length, length));
        }

        // Epochs are below 2³¹; the streams below 2³² are those of the epochs' orders.
        RandomStream Draws(ulong kind) => new(seed, (kind << 32) + (ulong)epoch);
    }
}
