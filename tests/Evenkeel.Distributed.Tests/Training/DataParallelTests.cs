using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Distributed.Tests.Support;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tensors;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Distributed.Tests.Training;

public sealed class DataParallelTests
{
    private const int Shards = 8;

    public static TheoryData<string> Networks => [.. TestNetworks.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Weights_and_state_have_the_same_bits_for_any_number_of_ranks(string name)
    {
        double[] alone = Train(new SingleProcess(), name);
        foreach (int ranks in (int[])[2, 3, 4, 8, 9])
        {
            Assert.All(ThreadCommunicator.Run(ranks, communicator => Train(communicator, name)), result => Assert.Equal(alone, result));
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void It_differs_from_training_without_shards_by_rounding(string name)
    {
        double[] plain = Train(null, name), sharded = Train(new SingleProcess(), name);

        Assert.Equal(plain.Length, sharded.Length);
        Assert.All(plain.Zip(sharded), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 2e-4 * (1 + Math.Abs(pair.First))));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    public void A_run_resumes_on_another_number_of_ranks_with_the_same_bits(int before, int after)
    {
        using var folder = new TemporaryFolder();
        double[] whole = Train(new SingleProcess(), "dropout");
        ThreadCommunicator.Run(before, communicator => Train(communicator, "dropout", folder.Path, stopAfter: 4));

        Assert.All(
            ThreadCommunicator.Run(after, communicator => Train(communicator, "dropout", folder.Path)),
            result => Assert.Equal(whole, result));
    }

    [Fact]
    public void Ranks_that_do_not_begin_alike_are_named()
    {
        InvalidOperationException weights = Assert.Throws<InvalidOperationException>(() => ThreadCommunicator.Run(3, communicator =>
            Step(communicator, communicator.Rank == 1 ? TestNetworks.Create("layer") : TestNetworks.Create("batch"), Data(16))));
        Assert.StartsWith("Rank 1 begins with other weights", weights.Message, StringComparison.Ordinal);
        InvalidOperationException data = Assert.Throws<InvalidOperationException>(() => ThreadCommunicator.Run(3, communicator =>
            Step(communicator, TestNetworks.Create("batch"), communicator.Rank == 2 ? Data(17).Slice(0, 16) : Data(16))));
        Assert.StartsWith("Rank 2 has another first batch", data.Message, StringComparison.Ordinal);
        InvalidOperationException shards = Assert.Throws<InvalidOperationException>(() => ThreadCommunicator.Run(2, communicator =>
            Step(communicator, TestNetworks.Create("batch"), Data(16), communicator.Rank + 2)));
        Assert.StartsWith("Rank 1 divides batches into another number of shards", shards.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_the_network_or_the_loss_refuses_is_thrown_on_every_rank(int ranks)
    {
        Dataset<int> images = Data(16), wrong = new(images.Inputs, Tensor.Create([.. Enumerable.Repeat(4, 16)], [16]));
        var other = new Dataset<int>(Tensor.CreateFromShape<float>([16, 7]), images.Targets);
        var single = new Dataset<int>(images.Inputs, images.Targets).Slice(0, 1);
        foreach (Dataset<int> refused in (Dataset<int>[])[wrong, other, single])
        {
            ThreadCommunicator.Run(ranks, communicator =>
            {
                Sequential network = TestNetworks.Create("batch");
                using var parallel = new DataParallel<int>(communicator, Shards);
                var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.1)) { Gradients = parallel };
                Assert.Throws<ArgumentException>(() => trainer.Step(refused.Inputs, refused.Targets));
                Assert.True(double.IsFinite(trainer.Step(images.Inputs, images.Targets)));
            });
        }
    }

    [Fact]
    public void Layers_that_cannot_compute_a_part_of_a_batch_are_named()
    {
        using var parallel = new DataParallel<int>(new SingleProcess(), 2);
        var network = new Sequential(new Flatten(), new AccumulatedBatchNorm(192), new Linear(192, 4, new RandomSource(0)));
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.1)) { Gradients = parallel };
        Dataset<int> data = Data(8);

        NotSupportedException refusal = Assert.Throws<NotSupportedException>(() => trainer.Step(data.Inputs, data.Targets));
        Assert.Contains("'1' gathers micro-batches", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataParallel<int>(new SingleProcess(), 0));
    }

    private static double Step(Communicator communicator, Sequential network, Dataset<int> data, int shards = Shards)
    {
        using var parallel = new DataParallel<int>(communicator, shards);
        return new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.1)) { Gradients = parallel }.Step(data.Inputs, data.Targets);
    }

    /// <summary>Trains for two epochs, whose last batch has 4 samples, and returns all that training changed, and the losses.</summary>
    private static double[] Train(Communicator? communicator, string name, string? checkpoints = null, int? stopAfter = null)
    {
        Sequential network = TestNetworks.Create(name);
        using DataParallel<int>? parallel = communicator is null ? null : new DataParallel<int>(communicator, Shards);
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.05, momentum: 0.9))
        {
            Gradients = parallel,
            Checkpoints = checkpoints is null ? null : new Checkpoints(checkpoints) { EverySteps = 1 },
        };
        if (checkpoints is not null)
        {
            trainer.Resume();
        }

        using var stop = new CancellationTokenSource();
        IReadOnlyList<EpochResult> results = trainer.Fit(
            Data(52),
            new FitOptions { Epochs = 2, BatchSize = 24 },
            Data(300),
            new StopAfter(stopAfter, stop),
            stop.Token);
        return
        [
            .. network.StateDict(includeTrainingOnly: true).SelectMany(Values),
            .. results.SelectMany(result => (double[])[result.Loss, result.Validation?.Loss ?? 0, result.Validation?.Accuracy ?? 0]),
        ];
    }

    private static double[] Values(NamedTensor tensor)
    {
        double[] values = new double[tensor.ElementCount];
        tensor.CopyTo(values.AsSpan());
        return values;
    }

    private static Dataset<int> Data(int samples)
    {
        var random = new Random(samples);
        float[] pixels = new float[samples * 192];
        int[] labels = new int[samples];
        for (int i = 0; i < samples; i++)
        {
            labels[i] = random.Next(4);
            for (int p = 0; p < 192; p++)
            {
                pixels[i * 192 + p] = (float)random.NextDouble() + (p % 4 == labels[i] ? 0.4f : 0);
            }
        }

        return new Dataset<int>(Tensor.Create(pixels, [samples, 3, 8, 8]), Tensor.Create(labels, [samples]));
    }

    /// <summary>Cancels training after a number of steps.</summary>
    private sealed class StopAfter(int? steps, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        private int _steps;

        public void Report(TrainingProgress value)
        {
            if (++_steps == steps)
            {
                stop.Cancel();
            }
        }
    }
}
