using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Studies.Training;

/// <summary>The networks that studies train.</summary>
internal static class StudyNetworks
{
    /// <summary>The level of networks with batch normalization.</summary>
    public const string Batch = NormalizerCatalog.Batch;

    /// <summary>The level of networks without normalization.</summary>
    public const string None = NormalizerCatalog.None;

    /// <summary>The approximate side length of images in convolutional networks.</summary>
    private const int Side = 14;

    /// <summary>
    /// A multilayer perceptron on images: linear layers, each followed by a normalization and an activation, and a last linear layer.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <param name="hiddenLayers">The number of hidden layers.</param>
    /// <param name="width">The number of units in each.</param>
    /// <param name="seed">The seed of the weights, which depend on nothing else.</param>
    /// <param name="options">Normalization, activation, weights and dropout.</param>
    public static Sequential Perceptron(
        ImageClassificationData images, int hiddenLayers, int width, int seed, MultilayerPerceptronOptions options) =>
        Perceptron(images.Height * images.Width * images.Channels, hiddenLayers, width, images.Classes, seed, options);

    /// <summary>A multilayer perceptron on images with a number of inputs and classes.</summary>
    public static Sequential Perceptron(int inputs, int hiddenLayers, int width, int classes, int seed, MultilayerPerceptronOptions options)
    {
        Sequential perceptron = MultilayerPerceptron.Create(
            inputs, [.. Enumerable.Repeat(width, hiddenLayers)], classes, new RandomSource((ulong)seed), options);
        return new Sequential([new Flatten(), .. perceptron.Layers]);
    }

    /// <summary>The small convolutional network, on images averaged down to about 14 pixels a side.</summary>
    /// <param name="images">The images.</param>
    /// <param name="seed">The seed of the weights, which depend on nothing else.</param>
    /// <param name="normalization">Creates the normalization; null for none.</param>
    /// <exception cref="InvalidDataException">The images are smaller than 4×4.</exception>
    public static Sequential Convolutional(ImageClassificationData images, int seed, Func<Conv2d, Layer>? normalization)
    {
        int smaller = Math.Min(images.Height, images.Width), pool = Math.Max(1, smaller / Side);
        if (smaller < 4)
        {
            throw new InvalidDataException(Invariant($"The images have {images.Height}×{images.Width} pixels; the convolutional network ")
                + "needs at least 4×4.");
        }

        Sequential network = ConvolutionalNetwork.Create(
            new Extent(images.Height / pool, images.Width / pool),
            images.Channels,
            images.Classes,
            new RandomSource((ulong)seed),
            new ConvolutionalNetworkOptions { Normalization = normalization });
        return new Sequential([new AveragePool2d(pool, channelAxis: -1), .. network.Layers]);
    }

    /// <summary>Batch normalization, or none, by a level's name.</summary>
    public static Func<Linear, Layer>? Normalization(string level) => NormalizerCatalog.Find(level);
}
