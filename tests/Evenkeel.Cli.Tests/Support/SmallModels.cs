using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Cli.Tests.Support;

/// <summary>Small networks, and the files of them.</summary>
internal static class SmallModels
{
    /// <summary>A network for <see cref="SmallImages"/>, or for other inputs.</summary>
    public static Sequential Network(int inputs = SmallImages.Height * SmallImages.Width, ulong seed = 0)
    {
        var random = new RandomSource(seed);
        return new Sequential(
            new Flatten(),
            new Linear(inputs, 8, random, bias: false),
            new BatchNorm(8),
            new Relu(),
            new Linear(8, SmallImages.Classes, random));
    }

    /// <summary>A convolutional network for <see cref="SmallImages"/> with its channels first, and statistics of some training.</summary>
    public static Sequential Convolutional(SmallImages images)
    {
        var random = new RandomSource(1);
        var network = new Sequential(
            ("conv1", new Conv2d(1, 6, 3, random, new Conv2dOptions { Padding = 1, Bias = false })),
            ("norm1", new BatchNorm(6)),
            ("relu1", new Relu()),
            ("conv2", new Conv2d(6, 8, 3, random, new Conv2dOptions { Padding = 1, Bias = false })),
            ("norm2", new BatchNorm(8)),
            ("relu2", new Relu()),
            ("flatten", new Flatten()),
            ("linear", new Linear(8 * SmallImages.Height * SmallImages.Width, SmallImages.Classes, random)));
        Dataset<int> train = ImageFolder.Load(images.Folder).Train;
        var channelsFirst = new Dataset<int>(
            train.Inputs.Reshape([train.Count, 1, SmallImages.Height, SmallImages.Width]), train.Targets);
        new Trainer<int>(network, new SoftmaxCrossEntropy(), new Adam(learningRate: 0.02))
            .Fit(channelsFirst, new FitOptions { Epochs = 5, BatchSize = 10 });
        return network;
    }

    /// <summary>Saves it.</summary>
    public static void SaveConvolutional(Layer network, string path) =>
        new ModelFile(network) { SampleShape = [1, SmallImages.Height, SmallImages.Width] }.Save(path);

    /// <summary>Trains a network on images, with checkpoints in a folder if there is one.</summary>
    public static Sequential Trained(SmallImages images, string? checkpoints = null)
    {
        Sequential network = Network();
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Adam(learningRate: 0.02))
        {
            Checkpoints = checkpoints is null ? null : new Checkpoints(checkpoints),
        };
        trainer.Fit(ImageFolder.Load(images.Folder).Train, new FitOptions { Epochs = 20, BatchSize = 10 });
        return network;
    }

    /// <summary>Saves a network for <see cref="SmallImages"/> with their shape.</summary>
    public static void Save(Layer network, string path) =>
        new ModelFile(network) { SampleShape = [SmallImages.Height, SmallImages.Width, 1] }.Save(path);
}
