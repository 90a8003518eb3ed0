using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Studies.Training;

namespace Evenkeel.Studies.Tests.Training;

public class ImageShiftTests
{
    [Fact]
    public void Contrast_brings_all_nearer_to_a_half()
    {
        Assert.Equal([0.375f, 0.5f, 0.625f, 0.4375f], ImageShift.Contrast(Image(0, 0.5f, 1, 0.25f), 0.25f));
        Assert.Equal([0f, 0.5f, 1, 0.25f], ImageShift.Contrast(Image(0, 0.5f, 1, 0.25f), 1));
    }

    [Fact]
    public void An_affine_map_scales_and_shifts() =>
        Assert.Equal([0.5f, 0, -0.5f, 0.25f], ImageShift.Affine(Image(0, 0.5f, 1, 0.25f), -1, 0.5f));

    [Fact]
    public void Noise_has_its_deviation_and_stays_between_0_and_1()
    {
        Tensor<float> grey = Image(Enumerable.Repeat(0.5f, 10_000).ToArray());
        float[] noisy = ImageShift.Noise(grey, 0.1f, new RandomStream(1, 2)).Elements().ToArray();
        Assert.Equal(0.1, Math.Sqrt(noisy.Average(pixel => (pixel - 0.5) * (pixel - 0.5))), 0.005);
        Assert.All(ImageShift.Noise(grey, 2, new RandomStream(1, 2)), pixel => Assert.InRange(pixel, 0, 1));
        Assert.All(grey, pixel => Assert.Equal(0.5f, pixel));
    }

    [Fact]
    public void Blur_spreads_a_point_over_its_neighbours()
    {
        Tensor<float> point = Image([.. Enumerable.Range(0, 25).Select(i => i == 12 ? 9f : 0)]);
        Assert.Same(point, ImageShift.Blur(point, 0));
        Assert.Equal(
            Enumerable.Range(0, 25).Select(i => i / 5 is >= 1 and <= 3 && i % 5 is >= 1 and <= 3 ? 1f : 0),
            ImageShift.Blur(point, 1));
        Assert.Equal(1, ImageShift.Blur(point, 2)[0, 2, 2, 0], 1e-6);
        Assert.Equal(1 / 9.0, ImageShift.Blur(point, 2)[0, 0, 0, 0], 1e-6);
    }

    /// <summary>A square image of one channel.</summary>
    private static Tensor<float> Image(params float[] pixels)
    {
        int side = (int)Math.Sqrt(pixels.Length);
        return Tensor.Create(pixels, [1, side, side, 1]);
    }
}
