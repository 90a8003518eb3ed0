using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Benchmarks;

/// <summary>Training steps and inference of whole networks, beside PyTorch.</summary>
internal static class TrainingStepBenchmark
{
    private static readonly BatchNormOptions ChannelLast = new() { ChannelAxis = -1 };

    private static readonly (string Name, nint[] Input, Func<RandomSource, Sequential> Make)[] Networks =
    [
        ("mlp-5x100", [100, 784], random => Perceptron([100, 100, 100, 100, 100], random)),
        ("mlp-3x1024", [256, 784], random => Perceptron([1024, 1024, 1024], random)),
        ("cnn", [128, 28, 28, 1], random => ConvolutionalNetwork.Create(
            28, 1, 10, random, new ConvolutionalNetworkOptions { Normalization = before => new BatchNorm(before.Outputs, ChannelLast) })),
        ("resnet20", [128, 32, 32, 3], random => ResidualNetwork.Create(
            3, 10, random, new ResidualNetworkOptions { Normalization = before => new BatchNorm(before.Outputs, ChannelLast) })),
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
                Sequential network = make(new RandomSource(1));
                (Tensor<float> inputs, Action step) = Training(network, input);
                Print(peer, threads, name, "train", step);
                Sequential folded = Folding.Fold(network);
                Print(peer, threads, name, "eval", () => folded.Predict(inputs));
            }

            foreach (string description in peer.Descriptions)
            {
                Console.Error.WriteLine(description);
            }
        }
    }

    /// <summary>The peak memory of a process that has done nothing but some training steps, beside PyTorch's.</summary>
    public static void RunMemory()
    {
        const int Steps = 3;
        (_, nint[] input, Func<RandomSource, Sequential> make) = Networks[^1];
        (_, Action step) = Training(make(new RandomSource(1)), input);
        for (int i = 0; i < Steps; i++)
        {
            step();
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"resnet20, batch 128, peak memory in MB: Evenkeel {1e-6 * process.PeakWorkingSet64:F0}"));
        foreach (string layout in new[] { "", " channels-last" })
        {
            using var peer = new PyTorch("memory", "--threads", "2", "--blas-threads", "2");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"PyTorch{layout} {1e-6 * peer.Seconds($"memory resnet20{layout}", Steps):F0}"));
        }
    }

    private static (Tensor<float> Inputs, Action Step) Training(Sequential network, nint[] input)
    {
        Tensor<float> inputs = Tensor.CreateFromShape<float>(input);
        new RandomSource(2).Next().FillNormal(inputs.Elements(), 0, 1);
        Tensor<int> labels = Tensor.Create(Enumerable.Range(0, (int)input[0]).Select(i => i % 10).ToArray());
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.01));
        return (inputs, () => trainer.Step(inputs, labels));
    }

    private static void Print(PyTorchSetups peer, int threads, string network, string call, Action ours)
    {
        PyTorchSetups.Comparison c = peer.Compare(
            ours,
            network.StartsWith("mlp", StringComparison.Ordinal)
                ? [$"{call} {network}"]
                : [$"{call} {network}", $"{call} {network} channels-last"]);
        string layout = c.Call.EndsWith("last", StringComparison.Ordinal) ? ", channels last" : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {network,-10} | {call,-5} | {threads,7} | {1e3 * c.Ours,8:F2} | {1e3 * c.Theirs,7:F2} | {c.Ratio,4:F2} | {c.Setup}{layout} |"));
    }

    private static Sequential Perceptron(int[] hidden, RandomSource random) => MultilayerPerceptron.Create(
        784, hidden, 10, random, new MultilayerPerceptronOptions { Normalization = before => new BatchNorm(before.Outputs) });
}
