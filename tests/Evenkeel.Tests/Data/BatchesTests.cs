using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Numerics;

namespace Evenkeel.Tests.Data;

[Collection(nameof(ProcessWideState))]
public class BatchesTests
{
    [Fact]
    public void Without_a_seed_the_samples_come_in_order_and_the_last_batch_is_smaller()
    {
        var batches = new Batches<int>(Samples(10), batchSize: 4);

        List<int[]> read = ReadEpoch(batches, 0);

        Assert.Equal(3, batches.Count);
        Assert.Equal([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]], read);
    }

    [Fact]
    public void The_last_batch_is_left_out_on_request()
    {
        var batches = new Batches<int>(Samples(10), batchSize: 4, dropLast: true);

        Assert.Equal(2, batches.Count);
        Assert.Equal([[0, 1, 2, 3], [4, 5, 6, 7]], ReadEpoch(batches, 0));
        Assert.False(batches.MoveNext());
    }

    [Fact]
    public void A_batch_size_above_the_number_of_samples_gives_one_batch()
    {
        Assert.Equal([[0, 1, 2]], ReadEpoch(new Batches<int>(Samples(3), batchSize: 100), 0));
    }

    [Fact]
    public void A_shuffled_epoch_has_every_sample_once()
    {
        var batches = new Batches<int>(Samples(1000), batchSize: 64, shuffleSeed: 5);

        int[] epoch = [.. ReadEpoch(batches, 0).SelectMany(labels => labels)];

        Assert.NotEqual(Enumerable.Range(0, 1000), epoch);
        Assert.Equal(Enumerable.Range(0, 1000), epoch.Order());
    }

    [Fact]
    public void The_order_depends_on_the_seed_and_the_epoch_alone()
    {
        var batches = new Batches<int>(Samples(50), batchSize: 7, shuffleSeed: 5);
        List<int[]> first = ReadEpoch(batches, 0);
        List<int[]> second = ReadEpoch(batches, 1);

        Assert.NotEqual(first, second);
        Assert.NotEqual(first, ReadEpoch(new Batches<int>(Samples(50), batchSize: 7, shuffleSeed: 6), 0));
        Assert.Equal(second, ReadEpoch(new Batches<int>(Samples(50), batchSize: 7, shuffleSeed: 5), 1));
        Assert.Equal(first, ReadEpoch(batches, 0));
    }

    [Fact]
    public void Samples_and_targets_keep_their_shapes()
    {
        var dataset = new Dataset<float>(Tensor.CreateFromShape<float>([5, 1, 4, 3]), Tensor.CreateFromShape<float>([5, 2]));
        var batches = new Batches<float>(dataset, batchSize: 3);

        batches.MoveNext();
        Assert.Equal([3, 1, 4, 3], batches.Inputs.Lengths);
        Assert.Equal([3, 2], batches.Targets.Lengths);
        batches.MoveNext();
        Assert.Equal([2, 1, 4, 3], batches.Inputs.Lengths);
    }

    [Fact]
    public void There_is_no_batch_before_the_first_and_after_the_last()
    {
        var batches = new Batches<int>(Samples(2), batchSize: 2);

        Assert.Throws<InvalidOperationException>(() => batches.Inputs);
        batches.MoveNext();
        batches.MoveNext();
        Assert.Throws<InvalidOperationException>(() => batches.Targets);
    }

    [Fact]
    public void Bad_parameters_are_refused()
    {
        Assert.Throws<ArgumentNullException>("dataset", () => new Batches<int>(null!, 1));
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => new Batches<int>(Samples(3), 0));
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => new Batches<int>(Samples(3), 4, dropLast: true));
        Assert.Throws<ArgumentOutOfRangeException>("epoch", () => new Batches<int>(Samples(3), 1).Start(-1));
        Assert.Throws<ArgumentOutOfRangeException>("epoch", () => new Batches<int>(Samples(3), 1).Start(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("batch", () => new Batches<int>(Samples(3), 1).Start(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>("batch", () => new Batches<int>(Samples(3), 2).Start(0, 3));
    }

    [Theory]
    [InlineData(10, 4, false)]
    [InlineData(10, 4, true)]
    [InlineData(8, 4, false)]
    [InlineData(3, 100, false)]
    public void An_epoch_can_begin_at_any_batch(int count, int size, bool dropLast)
    {
        var batches = new Batches<int>(Samples(count), size, shuffleSeed: 5, dropLast);
        List<int[]> all = ReadEpoch(batches, epoch: 7);
        Assert.Equal(batches.Count, all.Count);
        for (int first = 0; first <= batches.Count; first++)
        {
            batches.Start(7, first);
            Assert.Throws<InvalidOperationException>(() => batches.Targets);
            foreach (int[] batch in all.Skip(first))
            {
                Assert.True(batches.MoveNext());
                Assert.Equal(batch, batches.Targets.Elements().ToArray());
            }

            Assert.False(batches.MoveNext());
        }
    }

    [Fact]
    public void An_epoch_allocates_nothing()
    {
        var batches = new Batches<int>(Samples(1000), batchSize: 64, shuffleSeed: 5);
        int epoch = 0;

        Assert.Equal(0, ProcessWideState.AllocatedBytes(() =>
        {
            batches.Start(epoch++);
            while (batches.MoveNext())
            {
                _ = batches.Inputs;
            }
        }));
    }

    /// <summary>Samples whose label is their number, and whose two inputs are made from it.</summary>
    private static Dataset<int> Samples(int count)
    {
        float[] inputs = [.. Enumerable.Range(0, count).SelectMany(i => new[] { 2f * i, 2f * i + 1 })];
        return new Dataset<int>(Tensor.Create(inputs, [count, 2]), Tensor.Create(Enumerable.Range(0, count).ToArray(), [count]));
    }

    /// <summary>The labels of each batch of an epoch, checked to lie beside their inputs.</summary>
    private static List<int[]> ReadEpoch(Batches<int> batches, int epoch)
    {
        var labels = new List<int[]>();
        batches.Start(epoch);
        while (batches.MoveNext())
        {
            int[] batch = batches.Targets.Elements().ToArray();
            Assert.Equal(batch.SelectMany(i => new[] { 2f * i, 2f * i + 1 }), batches.Inputs.Elements().ToArray());
            labels.Add(batch);
        }

        return labels;
    }
}
