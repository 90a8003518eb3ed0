using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Pooling;
using Evenkeel.Numerics;

namespace Evenkeel.Studies.Training;

/// <summary>Images [N, height, width, channels], numbers from 0 to 1, shifted from what a network was trained on.</summary>
internal static class ImageShift
{
    /// <summary>½ + c(x − ½).</summary>
    /// <param name="images">The images, which are not changed.</param>
    /// <param name="contrast">c, 1 for the images as they are.</param>
    public static Tensor<float> Contrast(Tensor<float> images, float contrast) => Affine(images, contrast, (1 - contrast) / 2);

    /// <summary>cx + b: darker or brighter images of less contrast.</summary>
    /// <param name="images">The images, which are not changed.</param>
    /// <param name="contrast">c.</param>
    /// <param name="brightness">b.</param>
    public static Tensor<float> Affine(Tensor<float> images, float contrast, float brightness)
    {
        Tensor<float> shifted = Like(images);
        TensorPrimitives.Multiply(images.Elements(), contrast, shifted.Elements());
        TensorPrimitives.Add(shifted.Elements(), brightness, shifted.Elements());
        return shifted;
    }

    /// <summary>Adds normal noise, and clamps the result to 0 to 1.</summary>
    /// <param name="images">The images, which are not changed.</param>
    /// <param name="deviation">The noise's standard deviation.</param>
    /// <param name="random">The random numbers.</param>
    public static Tensor<float> Noise(Tensor<float> images, float deviation, RandomStream random)
    {
        Tensor<float> shifted = Like(images);
        Span<float> pixels = shifted.Elements();
        random.FillNormal(pixels, 0, deviation);
        TensorPrimitives.Add(images.Elements(), pixels, pixels);
        TensorPrimitives.Clamp<float>(pixels, 0, 1, pixels);
        return shifted;
    }

    /// <summary>Replaces each pixel by the mean of 3×3, with zeros around the image.</summary>
    /// <param name="images">The images, which are not changed.</param>
    /// <param name="times">The number of passes.</param>
    public static Tensor<float> Blur(Tensor<float> images, int times)
    {
        for (int i = 0; i < times; i++)
        {
            images = new AveragePool2d(3, stride: 1, padding: 1, channelAxis: -1).Forward(images, Pass.Inference);
        }

        return images;
    }

    private static Tensor<float> Like(Tensor<float> images) => Tensor.CreateFromShapeUninitialized<float>(images.Lengths);
}
