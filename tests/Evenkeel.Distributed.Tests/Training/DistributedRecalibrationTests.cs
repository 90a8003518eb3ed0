using System.Numerics.Tensors;
using Evenkeel.Distributed.Tests.Support;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Tensors;

namespace Evenkeel.Distributed.Tests.Training;

public sealed class DistributedRecalibrationTests
{
    [Theory]
    [InlineData("batch", RecalibrationEstimate.Pooled)]
    [InlineData("residual", RecalibrationEstimate.AverageOfBatches)]
    [InlineData("ghost", RecalibrationEstimate.Pooled)]
    [InlineData("instance", RecalibrationEstimate.AverageOfBatches)]
    public void Statistics_have_the_bits_of_one_process(string name, RecalibrationEstimate estimate)
    {
        Tensor<float>[] batches = [.. Enumerable.Range(0, 7).Select(Batch)];
        Sequential alone = TestNetworks.Create(name);
        Recalibration.Recalibrate(alone, batches, estimate);
        double[] expected = State(alone);

        foreach (int ranks in (int[])[1, 2, 3, 8])
        {
            Assert.All(
                ThreadCommunicator.Run(ranks, communicator =>
                {
                    Sequential network = TestNetworks.Create(name);
                    DistributedRecalibration.Recalibrate(communicator, network, batches, estimate);
                    return State(network);
                }),
                state => Assert.Equal(expected, state));
        }

        Assert.NotEqual(State(TestNetworks.Create(name)), expected);
    }

    private static double[] State(Sequential network) =>
    [
        .. network.StateDict().Where(tensor => tensor.Type == DataType.Float64).SelectMany(tensor => tensor.Read<double>()),
    ];

    private static Tensor<float> Batch(int number)
    {
        var random = new Random(number);
        int samples = 4 + number;
        return Tensor.Create([.. Enumerable.Range(0, samples * 192).Select(_ => (float)random.NextDouble())], [samples, 3, 8, 8]);
    }
}
