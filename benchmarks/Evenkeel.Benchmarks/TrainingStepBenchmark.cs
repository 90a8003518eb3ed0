using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Benchmarks;

/// <summary>Training steps and inference of whole networks, beside PyTorch.</summary>
internal static class TrainingStepBenchmark
{
    private static readonly (string Name, nint[] Input, Func<RandomSource, Sequential> Make)[] Networks =
    [
        ("mlp-5x100", [100, 784], random => Perceptron([100, 100, 100, 100, 100], random)),
        ("mlp-3x1024", [256, 784], random => Perceptron([1024, 1024, 1024], random)),
    ];

    public static void Run()
    {
        Console.WriteLine("ms: medians of the rounds; x: the median of the rounds' ratios, beside PyTorch's fastest setup and layout.");
        Console.WriteLine("| network    | call  | threads | Evenkeel | PyTorch |    x | PyTorch's setup |");
        Console.WriteLine("| ---------- | ----- | ------: | -------: | ------: | ---: | --- |");
        foreach (int threads in new[] { 2, 1 })
        {
            using var peer = new PyTorchSetups(threads);
            foreach ((string name, nint[] input, Func<RandomSource, Sequential> make) in Networks)
            {
                var random = new RandomSource(1);
                Sequential network = make(random);
                Tensor<float> inputs = Tensor.CreateFromShape<float>(input);
                random.Next().FillNormal(inputs.Elements(), 0, 1);
                Tensor<int> labels = Tensor.Create(Enumerable.Range(0, (int)input[0]).Select(i => i % 10).ToArray());
                var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.01));
                Print(peer, threads, name, "train", () => trainer.Step(inputs, labels));
                Sequential folded = Folding.Fold(network);
                Print(peer, threads, name, "eval", () => folded.Forward(inputs, Pass.Inference));
            }

            foreach (string description in peer.Descriptions)
            {
                Console.Error.WriteLine(description);
            }
        }
    }

    private static void Print(PyTorchSetups peer, int threads, string network, string call, Action ours)
    {
        PyTorchSetups.Comparison c = peer.Compare(
            ours, network.StartsWith("mlp", StringComparison.Ordinal) ? [$"{call} {network}"] : [$"{call} {network}", $"{call} {network} channels-last"]);
        string layout = c.Call.EndsWith("last", StringComparison.Ordinal) ? ", channels last" : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {network,-10} | {call,-5} | {threads,7} | {1e3 * c.Ours,8:F2} | {1e3 * c.Theirs,7:F2} | {c.Ratio,4:F2} | {c.Setup}{layout} |"));
    }

    private static Sequential Perceptron(int[] hidden, RandomSource random) => MultilayerPerceptron.Create(
        784, hidden, 10, random, new MultilayerPerceptronOptions { Normalization = before => new BatchNorm(before.Outputs) });
}
