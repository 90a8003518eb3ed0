using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Probes;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Tests;

/// <summary>The code of the README, compiled and run: what stands between the marks here must stand there.</summary>
[Collection(nameof(ProcessWideState))]
public class ReadmeExample
{
    private static readonly string Root = Repository.Root;

    [Fact]
    public void The_readme_shows_the_code_of_this_file()
    {
        string source = File.ReadAllText(Path.Combine(Root, "tests/Evenkeel.Tests/ReadmeExample.cs"));
        string readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        string[] examples = source.Split("// README\n")[1..];

        Assert.Equal(4, examples.Length);
        Assert.All(examples, example => Assert.Contains(
            DocumentedCode.Unindent(example[..example.IndexOf("// end", StringComparison.Ordinal)]), readme, StringComparison.Ordinal));
    }

    [Fact]
    public void The_readme_trains_a_network()
    {
        string before = Environment.CurrentDirectory;
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "data"), Path.Combine(Root, "data"));
        Environment.CurrentDirectory = folder.Path;
        try
        {
            // README
            var mnist = IdxImages.LoadFolder("data/mnist");   // a folder with IDX files; this one is in the clone
            var random = new RandomSource(seed: 0);
            var network = new Sequential(
                new Flatten(),   // [N, 28, 28, 1] to [N, 784]
                new Linear(784, 100, random, bias: false), new BatchNorm(100), new Relu(),
                new Linear(100, 100, random, bias: false), new BatchNorm(100), new Relu(),
                new Linear(100, 10, random));
            var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(learningRate: 0.1));
            foreach (EpochResult epoch in trainer.Epochs(mnist.Train, new FitOptions { Epochs = 1, BatchSize = 100 }))
            {
                Evaluation test = trainer.Evaluate(mnist.Test);
                Console.WriteLine($"{epoch.Number}: loss {epoch.Loss:F3}, test accuracy {test.Accuracy:P2}");
            }

            ModelFile.Save(network, "digits.evenkeel", sampleShape: [28, 28, 1]);
            // end

            Assert.True(trainer.Evaluate(mnist.Test).Accuracy > 0.95);
            Assert.Equal(ReadmeProbe.HashOf(network.Predict(mnist.Test.Inputs)), ProbeRunner.Run<ReadmeProbe>().Trim());
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    /// <summary>The other program of the README; <see cref="ReadmeProbe"/> runs it.</summary>
    internal static Tensor<float> LoadTheNetwork()
    {
        // README
        Layer digits = ModelFile.Load("digits.evenkeel").Network;
        Tensor<float> scores = digits.Predict(IdxImages.LoadFolder("data/mnist").Test.Inputs);   // [10000, 10], a score per digit
        // end

        return scores;
    }

    [Fact]
    public void The_readme_learns_from_data_of_one_s_own()
    {
        // README
        float[] features = [0, 0, 0, 1, 1, 0, 1, 1];
        var data = new Dataset<float>(Tensor.Create(features, [4, 2]), Tensor.Create([0f, 1, 1, 0], [4, 1]));
        var source = new RandomSource(seed: 1);
        var xor = new Sequential(new Linear(2, 16, source), new Tanh(), new Linear(16, 1, source));
        var fitting = new Trainer<float>(xor, new MeanSquaredError(), new Adam(learningRate: 0.05));
        EpochResult last = fitting.Fit(data, new FitOptions { Epochs = 200, BatchSize = 4 })[^1];
        Tensor<float> y = xor.Predict(data.Inputs);   // belongs to the network, and holds until its next pass
        // end

        Assert.True(last.Loss < 1e-3, $"{last.Loss}");
        Assert.All(y.Elements().ToArray().Zip([0f, 1, 1, 0]), pair => Assert.Equal(pair.Second, pair.First, 0.1f));
    }

    [Fact]
    public void The_readme_sets_up_a_normalization()
    {
        // README
        var normalization = new BatchNorm(64, new BatchNormOptions
        {
            Epsilon = 1e-5,
            RunningAverage = RunningAverage.Exponential(newWeight: 0.1),   // the weight of the new batch, or .Cumulative, or null
            RunningVariance = VarianceEstimator.Sample,
            ChannelAxis = 1,                                               // −1 for channel last
        });
        normalization.Freeze();                                            // stays frozen, in training too
        // end

        Tensor<float> input = Tensor.CreateFromShape<float>([4, 64]);
        normalization.Forward(input, Pass.Training);
        Assert.Equal(0, normalization.RunningStatistics!.BatchesTracked);
    }
}
