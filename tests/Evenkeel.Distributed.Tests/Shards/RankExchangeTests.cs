using System.Numerics.Tensors;
using Evenkeel.Distributed.Tests.Support;
using Evenkeel.Normalization;

namespace Evenkeel.Distributed.Tests.Shards;

public sealed class RankExchangeTests
{
    private const int Samples = 12, Channels = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ranks_normalize_and_differentiate_as_one_process_does(bool isMasked)
    {
        var random = new Random(2);
        float[] x = [.. Enumerable.Range(0, Samples * Channels).Select(_ => (float)random.NextDouble())];
        float[] dy = [.. x.Select(_ => (float)random.NextDouble())];

        // The second of three ranks has no sample that is kept.
        bool[] mask = [.. Enumerable.Range(0, Samples).Select(row => !isMasked || (row % 3 != 0 && row / 4 != 1))];
        var alone = new BatchNorm(Channels);
        float[] whole = Pass(alone, 0, Samples);

        float[][] parts = ThreadCommunicator.Run(3, communicator =>
        {
            var layer = new BatchNorm(Channels, new BatchNormOptions { Exchange = new RankExchange(communicator) });
            float[] part = Pass(layer, communicator.Rank * 4, 4);
            Assert.Equal(alone.RunningStatistics!.Mean, layer.RunningStatistics!.Mean, (a, b) => Math.Abs(a - b) < 1e-12);
            return part;
        });

        float[] joined = [.. parts.SelectMany(part => part[..(4 * Channels)]), .. parts.SelectMany(part => part[(4 * Channels)..])];
        Assert.Equal(whole, joined, (a, b) => Math.Abs(a - b) < 1e-5);

        // y and dx of some rows.
        float[] Pass(BatchNorm layer, int first, int rows)
        {
            Tensor<float> input = Tensor.Create(x[(first * Channels)..((first + rows) * Channels)], [rows, Channels]);
            float[] y = [.. layer.Forward(input, Tensor.Create(mask[first..(first + rows)], [rows]), Evenkeel.Layers.Pass.Training)];
            return [.. y, .. layer.Backward(Tensor.Create(dy[(first * Channels)..((first + rows) * Channels)], [rows, Channels]))];
        }
    }
}
