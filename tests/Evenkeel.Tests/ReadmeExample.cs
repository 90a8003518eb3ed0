using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Tests;

/// <summary>The code of the README, compiled and run: what stands between the marks here must stand there.</summary>
[Collection(nameof(ProcessWideState))]
public class ReadmeExample
{
    /// <summary>The folder of the repository.</summary>
    internal static readonly string Root = FindRoot();

    [Fact]
    public void The_readme_shows_the_code_of_this_file()
    {
        string source = File.ReadAllText(Path.Combine(Root, "tests/Evenkeel.Tests/ReadmeExample.cs"));
        string readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        string[] examples = source.Split("// README\n")[1..];

        Assert.Equal(2, examples.Length);
        Assert.All(examples, example => Assert.Contains(Unindent(example[..example.IndexOf("// end", StringComparison.Ordinal)]), readme, StringComparison.Ordinal));
    }

    [Fact]
    public void The_readme_trains_a_network()
    {
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = Root;
        try
        {
            // README
            var mnist = IdxImages.LoadFolder("data/mnist");
            var random = new RandomSource(seed: 0);
            var network = new Sequential(
                new Linear(784, 100, random, bias: false), new BatchNorm(100), new Relu(),
                new Linear(100, 100, random, bias: false), new BatchNorm(100), new Relu(),
                new Linear(100, 10, random));
            var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(learningRate: 0.1));
            foreach (EpochResult epoch in trainer.Fit(mnist.Train, new FitOptions { Epochs = 1, BatchSize = 100 }))
            {
                Evaluation test = trainer.Evaluate(mnist.Test);
                Console.WriteLine($"{epoch.Number}: loss {epoch.Loss:F3}, test accuracy {test.Accuracy:P2}");
            }
            // end

            Assert.True(trainer.Evaluate(mnist.Test).Accuracy > 0.95);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
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

    /// <summary>Code without the indentation of its first line.</summary>
    internal static string Unindent(string code)
    {
        string[] lines = code.TrimEnd().Split('\n');
        int indent = lines[0].Length - lines[0].TrimStart().Length;
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : line));
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Evenkeel.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
