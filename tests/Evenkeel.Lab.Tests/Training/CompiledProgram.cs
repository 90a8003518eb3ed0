using System.Runtime.CompilerServices;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Lab.Tests.Training;

/// <summary>The program that the lab writes for its default run, which the compiler thus checks.</summary>
internal static class CompiledProgram
{
    /// <summary>The text of this file.</summary>
    public static string Source() => File.ReadAllText(ThisFile());

    internal static void Run()
    { // the program
        ImageClassificationData digits = IdxImages.LoadFolder("data/mnist");
        var random = new RandomSource(0);
        var layers = new List<Layer> { new Flatten() };
        int width = digits.Height * digits.Width;
        for (int i = 0; i < 4; i++)
        {
            var linear = new Linear(width, 64, random, bias: false, Initializer.XavierNormal);
            layers.AddRange([linear, new BatchNorm(64), new Sigmoid()]);
            width = 64;
        }

        layers.Add(new Linear(width, digits.Classes, random, bias: true, Initializer.XavierNormal));
        var trainer = new Trainer<int>(new Sequential(layers), new SoftmaxCrossEntropy(), new Sgd(0.3));
        var options = new FitOptions { Epochs = 5, BatchSize = 64, Seed = 0, DropLast = true };
        foreach (EpochResult epoch in trainer.Epochs(digits.Train, options, digits.Test))
        {
            Console.WriteLine($"epoch {epoch.Number}: loss {epoch.Loss:F4}, test accuracy {epoch.Validation?.Accuracy:F4}");
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
