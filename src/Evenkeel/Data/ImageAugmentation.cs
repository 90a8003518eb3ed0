using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using static System.FormattableString;

namespace Evenkeel.Data;

/// <summary>Random changes to the images of a batch that leave their class as it is, so that no epoch shows an image quite as the one before.</summary>
/// <remarks>
/// <para>
/// With padding p, an image is shifted by −p to p pixels down and, independently, to the right; what is shifted in is 0. This
/// is a random crop, of the image's size, of the image with p zeros around it. With <see cref="Mirror"/>, every other image,
/// on average, is then mirrored left to right.
/// </para>
/// <para>
/// What happens to a sample depends on the seed, the number of the epoch and that of the sample alone: not on the batch size,
/// the order or the number of threads, and training can be taken up again at any epoch.
/// </para>
/// <para>Source: He et al., "Deep Residual Learning for Image Recognition", 2016, section 4.2, with p = 4.</para>
/// </remarks>
public sealed record ImageAugmentation
{
    /// <summary>How many pixels an image may be shifted by, less than its height and width. Default 0.</summary>
    public int Padding { get; init; }

    /// <summary>Whether images are mirrored, each with probability ½. Default false.</summary>
    public bool Mirror { get; init; }

    /// <summary>Throws where the samples are not images [N, H, W, C] that are larger than the padding.</summary>
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
                Invariant($"The padding is {Padding}; images of {sample[0]}×{sample[1]} take one of at least 0 and less than both."),
                name);
        }
    }

    /// <summary>Copies the samples with the given numbers, each changed as it is its turn in this epoch.</summary>
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

        // Epochs are below 2³¹, and the orders of epochs have the streams below that.
        RandomStream Draws(ulong kind) => new(seed, (kind << 32) + (ulong)epoch);
    }
}
