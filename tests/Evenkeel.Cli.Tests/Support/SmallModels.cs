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
