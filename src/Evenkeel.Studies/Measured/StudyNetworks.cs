using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Studies;

/// <summary>The networks that studies train.</summary>
internal static class StudyNetworks
{
    /// <summary>The level of networks with batch normalization.</summary>
    public const string Batch = "batch";

    /// <summary>The level of networks without normalization.</summary>
    public const string None = "none";

    /// <summary>A multilayer perceptron on images: linear layers with what normalizes and an activation behind each, and a last linear layer.</summary>
    /// <param name="images">The images.</param>
    /// <param name="hiddenLayers">How many hidden layers.</param>
    /// <param name="width">How many units each has.</param>
    /// <param name="seed">The seed of the weights, which do not depend on the rest.</param>
    /// <param name="options">Normalization, activation, weights and dropout.</param>
    public static Sequential Perceptron(ImageClassificationData images, int hiddenLayers, int width, int seed, MultilayerPerceptronOptions options)
    {
        Sequential perceptron = MultilayerPerceptron.Create(
            images.Height * images.Width * images.Channels,
            [.. Enumerable.Repeat(width, hiddenLayers)],
            images.Classes,
            new RandomSource((ulong)seed),
            options);
        return new Sequential([new Flatten(), .. perceptron.Layers]);
    }

    /// <summary>Batch normalization, or none, by a level's name.</summary>
    public static Func<Linear, Layer>? Normalization(string level) => level == Batch ? linear => new BatchNorm(linear.Outputs) : null;
}
