using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
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

    /// <summary>
    /// A residual perceptron on images: a linear layer, residual blocks of two, and a last linear layer; with the weights of a
    /// <see cref="Perceptron(ImageClassificationData, int, int, int, MultilayerPerceptronOptions)"/> of as many layers.
    /// </summary>
    /// <remarks>
    /// As in the residual network for images, each linear layer but the last is followed by a normalization, and the ReLU of a block
    /// follows the sum.
    /// </remarks>
    /// <param name="images">The images.</param>
    /// <param name="blocks">The number of residual blocks.</param>
    /// <param name="width">The number of units in each hidden layer.</param>
    /// <param name="seed">The seed of the weights, which depend on nothing else.</param>
    /// <param name="normalization">Creates the normalization; null for none.</param>
    public static Sequential ResidualPerceptron(
        ImageClassificationData images, int blocks, int width, int seed, Func<Linear, Layer>? normalization)
    {
        var random = new RandomSource((ulong)seed);
        int inputs = images.Height * images.Width * images.Channels;
        return new Sequential(
        [
            new Flatten(),
            .. Hidden(inputs),
            new Relu(),
            .. Enumerable.Range(0, blocks).Select(_ =>
                new Residual(new Sequential([.. Hidden(width), new Relu(), .. Hidden(width)]), activation: new Relu())),
            new Linear(width, images.Classes, random),
        ]);

        Layer[] Hidden(int inputs)
        {
            // A normalization would subtract a bias again, and has a shift of its own.
            var linear = new Linear(inputs, width, random, bias: normalization is null);
            return normalization is null ? [linear] : [linear, normalization(linear)];
        }
    }

    /// <summary>The small convolutional network, on images averaged down to about 14 pixels a side.</summary>
    /// <param name="images">The images.</param>
    /// <param name="seed">The seed of the weights, which depend on nothing else.</param>
    /// <param name="normalization">Creates the normalization; null for none.</param>
    /// <exception cref="InvalidDataException">The images are smaller than 4×4.</exception>
    public static Sequential Convolutional(ImageClassificationData images, int seed, Func<Conv2d, Layer>? normalization)
    {
        int pool = Pool(images);
        if (Math.Min(images.Height, images.Width) < 4)
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

    /// <summary>The residual network, on images averaged down to about 14 pixels a side.</summary>
    /// <param name="images">The images.</param>
    /// <param name="blocks">The number of blocks in each of the three stages.</param>
    /// <param name="seed">The seed of the weights, which depend on nothing else.</param>
    /// <param name="normalization">Creates the normalization; null for none.</param>
    public static Sequential ResidualConvolutional(
        ImageClassificationData images, int blocks, int seed, Func<Conv2d, Layer>? normalization)
    {
        Sequential network = ResidualNetwork.Create(
            images.Channels,
            images.Classes,
            new RandomSource((ulong)seed),
            new ResidualNetworkOptions { Blocks = blocks, Normalization = normalization });
        return new Sequential([new AveragePool2d(Pool(images), channelAxis: -1), .. network.Layers]);
    }

    /// <summary>Batch normalization, or none, by a level's name.</summary>
    public static Func<Linear, Layer>? Normalization(string level) => NormalizerCatalog.Find(level);

    /// <summary>The side length of the squares of pixels that are averaged, for images of about 14 pixels a side.</summary>
    /// <param name="images">The images.</param>
    public static int Pool(ImageClassificationData images) => Math.Max(1, Math.Min(images.Height, images.Width) / Side);
}
