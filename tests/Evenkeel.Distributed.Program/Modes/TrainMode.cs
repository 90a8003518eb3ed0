using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;
using static System.FormattableString;

namespace Evenkeel.Distributed.Program.Modes;

/// <summary>
/// Trains a network on random data: its name, the batch size, the number of steps, of shards (0 for training without them) and of threads.
/// Rank 0 prints a hash of the weights, the loss and the time of a step.
/// </summary>
internal sealed class TrainMode : Mode
{
    /// <inheritdoc/>
    public override string Name => "train";

    /// <inheritdoc/>
    public override string Summary => "mlp|cnn|resnet20|cross-iteration BATCH STEPS SHARDS THREADS";

    /// <inheritdoc/>
    public override int Run(string[] arguments)
    {
        int[] numbers = [.. arguments[1..].Select(argument => int.Parse(argument, CultureInfo.InvariantCulture))];
        (int batch, int steps, int shards) = (numbers[0], numbers[1], numbers[2]);
        Parallelism.Threads = numbers[3];
        using Communicator communicator = MpiLauncher.Current is null ? new SingleProcess() : MpiCommunicator.Initialize();
        using DataParallel<int>? parallel = shards == 0 ? null : new DataParallel<int>(communicator, shards);
        (Sequential network, nint[] sample) = Create(arguments[0]);
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.05, momentum: 0.9)) { Gradients = parallel };
        Dataset<int> data = Data(batch, sample);
        double loss = trainer.Step(data.Inputs, data.Targets);
        var times = new List<double>();
        for (int step = 1; step < steps; step++)
        {
            long start = Stopwatch.GetTimestamp();
            loss = trainer.Step(data.Inputs, data.Targets);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        if (communicator.Rank == 0)
        {
            times.Sort();
            double median = times.Count == 0 ? 0 : times[times.Count / 2];
            Console.WriteLine(Invariant($"{Hash(network)} loss {loss:R} {median:F2} ms"));
        }

        return 0;
    }

    private static (Sequential Network, nint[] Sample) Create(string name)
    {
        var random = new RandomSource(1);
        switch (name)
        {
            case "mlp":
                return (
                    MultilayerPerceptron.Create(784, [1024, 1024, 1024], 10, random, new MultilayerPerceptronOptions
                    {
                        Normalization = static linear => new BatchNorm(linear.Outputs),
                        Dropout = 0.1,
                    }),
                    [784]);
            case "cross-iteration":
                return (
                    MultilayerPerceptron.Create(784, [128, 128], 10, random, new MultilayerPerceptronOptions
                    {
                        Normalization = static linear => new CrossIterationBatchNorm(linear),
                    }),
                    [784]);
            case "cnn":
                return (
                    ConvolutionalNetwork.Create(28, 1, 10, random, new ConvolutionalNetworkOptions
                    {
                        Normalization = static convolution => new BatchNorm(convolution.Outputs, new BatchNormOptions { ChannelAxis = -1 }),
                    }),
                    [28, 28, 1]);
            default:
                return (
                    ResidualNetwork.Create(3, 10, random, new ResidualNetworkOptions
                    {
                        Normalization = static convolution => new BatchNorm(convolution.Outputs, new BatchNormOptions { ChannelAxis = -1 }),
                    }),
                    [32, 32, 3]);
        }
    }

    private static Dataset<int> Data(int samples, nint[] sample)
    {
        var random = new Random(1);
        float[] values = new float[samples * (int)sample.Aggregate(static (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)random.NextDouble() - 0.5f;
        }

        int[] labels = [.. Enumerable.Range(0, samples).Select(_ => random.Next(10))];
        return new Dataset<int>(Tensor.Create(values, [samples, .. sample]), Tensor.Create(labels, [samples]));
    }

    private static string Hash(Layer network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter parameter in network.Parameters)
        {
            hash.AppendData(MemoryMarshal.AsBytes(parameter.Value.ToArray().AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
