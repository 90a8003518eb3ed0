using Evenkeel.Data;
using Evenkeel.Numerics;
using Evenkeel.Studies.Tests.Harness;
using Evenkeel.Studies.Training;

namespace Evenkeel.Studies.Tests.Training;

public class PoolBatchesTests
{
    private static readonly Dataset<int> Data = MadeUp.Input().Images!.Train;

    [Fact]
    public void Batches_of_classes_have_the_same_number_of_images_of_each_and_not_always_the_same_classes()
    {
        var batches = PoolBatches.OfClasses(Data, batchSize: 32, classes: 2, seed: 0);
        var seen = new HashSet<int>();
        for (int i = 0; i < 20; i++)
        {
            batches.MoveNext();
            (int Label, int Count)[] counts = [.. batches.Targets.CountBy(label => label).Select(pair => (pair.Key, pair.Value))];
            Assert.Equal([16, 16], counts.Select(count => count.Count));
            seen.UnionWith(counts.Select(count => count.Label));
        }

        Assert.Equal(4, seen.Count);
    }

    [Fact]
    public void Mixed_batches_go_through_all_images_before_one_comes_again()
    {
        var batches = PoolBatches.Mixed(Data, batchSize: 20, seed: 0);
        var seen = new HashSet<string>();
        for (int i = 0; i < 10; i++)
        {
            batches.MoveNext();
            for (int row = 0; row < 20; row++)
            {
                Assert.True(seen.Add(Image(batches.Inputs.Elements(), row)));
            }
        }

        Assert.Equal(200, seen.Count);
    }

    [Fact]
    public void An_image_comes_with_its_label()
    {
        int[] targets = [.. Data.Targets];
        var labels = Enumerable.Range(0, Data.Count).ToDictionary(i => Image(Data.Inputs.Elements(), i), i => targets[i]);
        foreach (PoolBatches batches in new[] { PoolBatches.Mixed(Data, 32, 1), PoolBatches.OfClasses(Data, 32, 2, 1) })
        {
            batches.MoveNext();
            for (int row = 0; row < 32; row++)
            {
                Assert.Equal(labels[Image(batches.Inputs.Elements(), row)], batches.Targets[row]);
            }
        }
    }

    [Fact]
    public void A_seed_gives_the_same_batches_and_another_seed_others()
    {
        Assert.Equal(Images(seed: 3), Images(seed: 3));
        Assert.NotEqual(Images(seed: 3), Images(seed: 4));

        static float[] Images(int seed)
        {
            var batches = PoolBatches.OfClasses(Data, 32, 2, seed);
            batches.MoveNext();
            batches.MoveNext();
            return batches.Inputs.Elements().ToArray();
        }
    }

    [Fact]
    public void Not_more_classes_than_a_batch_has_are_refused() =>
        Assert.Throws<InvalidDataException>(() => PoolBatches.OfClasses(Data, batchSize: 32, classes: 4, seed: 0));

    private static string Image(ReadOnlySpan<float> images, int row) => string.Join(' ', images.Slice(row * 64, 64).ToArray());
}
