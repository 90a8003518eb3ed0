using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;
using static Evenkeel.Tests.Networks.TwoThreadsTests;

namespace Evenkeel.Tests.Networks;

/// <summary>Two threads that use a network as they may not: each call gives the right answer or throws.</summary>
[Collection(nameof(ProcessWideState))]
public class TwoThreadsMisuseTests
{
    private const int Tries = 10_000;

    [ThreadStatic]
    private static float[]? _observed;

    public static TheoryData<string> Pairs => [.. AllPairs().Select(pair => pair.Name)];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Predictions_are_right_or_throw(string name)
    {
        (_, Layer[] layers) = AllPairs().Single(pair => pair.Name == name);
        float[][] expected = [.. layers.Select((layer, thread) => layer.Predict(Batch(thread)).ToArray())];
        Run(thread =>
        {
            Tensor<float> result = Tensor.CreateFromShape<float>([5, expected[thread].Length / 5]);
            Tensor<float> input = Batch(thread);
            return () =>
            {
                layers[thread].Predict(input, result);
                return result.Elements().SequenceEqual(expected[thread]);
            };
        });
    }

    [Fact]
    public void Forward_passes_are_right_or_throw()
    {
        Sequential network = Network();
        using IDisposable observation = network.Observe(forward: static (_, _, output) => output.Elements().CopyTo(_observed));
        float[][] expected = [.. Enumerable.Range(0, 2).Select(thread => Network().Forward(Batch(thread), Pass.Inference).ToArray())];
        Run(thread =>
        {
            Tensor<float> input = Batch(thread);
            return () =>
            {
                _observed ??= new float[20];
                network.Forward(input, Pass.Inference);
                return _observed.SequenceEqual(expected[thread]);
            };
        });
    }

    [Fact]
    public void Training_takes_the_same_steps_and_predictions_fall_between_them()
    {
        const int Steps = 2000;
        Sequential undisturbed = Network(), network = Network();
        Trainer<float> undisturbedTrainer = TrainerOf(undisturbed), trainer = TrainerOf(network);
        Tensor<float> input = Batch(1), targets = Batch(2), question = Batch(3);
        var answers = new HashSet<string> { Bits(undisturbed.Predict(question)) };
        for (int i = 0; i < Steps; i++)
        {
            undisturbedTrainer.Step(input, targets);
            answers.Add(Bits(undisturbed.Predict(question)));
        }

        Run(
            thread =>
            {
                Tensor<float> result = Tensor.CreateFromShape<float>([5, 4]);
                return thread == 0
                    ? () => trainer.Steps == Steps || trainer.Step(input, targets) > 0
                    : () =>
                    {
                        network.Predict(question, result);
                        return answers.Contains(Bits(result));
                    };
            });
        while (trainer.Steps < Steps)
        {
            trainer.Step(input, targets);
        }

        Assert.Equal(Bits(undisturbed.Predict(question)), Bits(network.Predict(question)));

        static Trainer<float> TrainerOf(Layer network) => new(network, new MeanSquaredError(), new Sgd(0.001));

        static string Bits(Tensor<float> tensor) => string.Join(' ', tensor.Select(BitConverter.SingleToInt32Bits));
    }

    private static IEnumerable<(string Name, Layer[] Layers)> AllPairs()
    {
        Sequential network = Network();
        yield return ("a network", [network, network]);
        yield return ("a network and its first layer", [network, network.Layers[0]]);
        yield return ("a network and its last layer", [network, network.Layers[^1]]);
        Linear linear = Linear();
        yield return ("a linear layer", [linear, linear]);
        var batchNorm = new BatchNorm(4);
        yield return ("a normalization", [batchNorm, batchNorm]);
        var own = new Doubling();
        yield return ("a layer of the user's own", [own, own]);
        var chain = new Chain(Linear(), Linear(2));
        yield return ("a container of the user's own", [chain, chain]);
        yield return ("a container of the user's own and its first layer", [chain, chain.Children[0]]);
        yield return ("two networks with a layer in common", [new Sequential(linear, Linear(2)), new Sequential(linear, Linear(3))]);
        var residual = new Residual(new Sequential(Linear(), new BatchNorm(4)), Linear(2), new Relu());
        yield return ("a residual block and its body", [residual, residual.Body]);
        var graph = new Graph(new GraphNode("a", Linear(), Graph.Input), new GraphNode("b", Linear(2), "a", Graph.Input));
        yield return ("a graph", [graph, graph]);
        yield return ("a normalization and the network that fuses it", [network, network.Layers[1]]);
    }

    private static Sequential Network() => new(Linear(), new BatchNorm(4), new Relu(), new Doubling(), Linear(2));

    /// <summary>Makes two threads call at the same time, often.</summary>
    /// <param name="calls">Makes the call of a thread, which returns whether its answer is right.</param>
    private static void Run(Func<int, Func<bool>> calls)
    {
        using var start = new Barrier(2);
        Task<int>[] threads =
        [
            .. Enumerable.Range(0, 2).Select(thread => Task.Factory.StartNew(
                () => CountWrong(calls(thread), start), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        Assert.Equal([0, 0], threads.Select(thread => thread.Result));
    }

    private static int CountWrong(Func<bool> call, Barrier start)
    {
        int wrong = 0;
        try
        {
            for (int i = 0; i < Tries; i++)
            {
                start.SignalAndWait();
                try
                {
                    wrong += call() ? 0 : 1;
                }
                catch (InvalidOperationException e) when (e.Message.StartsWith("Two threads use this", StringComparison.Ordinal))
                {
                }
            }
        }
        finally
        {
            start.RemoveParticipant(); // the other thread would wait for one that failed
        }

        return wrong;
    }

    /// <summary>y = 2x, by way of memory of its own.</summary>
    private sealed class Doubling : Layer
    {
        private readonly ReusableTensor _copies = new();

        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => Doubled(input, OutputMemory);

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => Doubled(outputGradient, InputGradients);

        private Tensor<float> Doubled(Tensor<float> tensor, ReusableTensor memory)
        {
            Tensor<float> copy = _copies.Get(tensor.Lengths), result = memory.Get(tensor.Lengths);
            tensor.Elements().CopyTo(copy.Elements());
            TensorPrimitives.Add(copy.Elements(), tensor.Elements(), result.Elements());
            return result;
        }
    }
}
