using Evenkeel.Studies.Training;

namespace Evenkeel.Studies.Tests.Training;

public class RowBatchesTests
{
    private const int Rows = 12;
    private const int BatchSize = 3;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_epoch_has_each_row_once_in_another_order(bool isFixed)
    {
        int[][][] epochs = Epochs(isFixed, seed: 1);
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, Rows), epoch.SelectMany(batch => batch).Order()));
        Assert.Equal(epochs.Length, epochs.Select(Text).Distinct().Count());
    }

    [Fact]
    public void Fixed_batches_contain_the_same_rows_in_every_epoch_and_others_do_not()
    {
        Assert.Single(Epochs(isFixed: true, seed: 1).Select(Sorted).Distinct());
        Assert.Equal(4, Epochs(isFixed: false, seed: 1).Select(Sorted).Distinct().Count());

        static string Sorted(int[][] epoch) => Text([.. epoch.Select(batch => batch.Order().ToArray()).OrderBy(batch => batch[0])]);
    }

    [Fact]
    public void A_seed_gives_the_same_batches_and_another_seed_others()
    {
        Assert.Equal(Epochs(isFixed: true, seed: 1).Select(Text), Epochs(isFixed: true, seed: 1).Select(Text));
        Assert.NotEqual(Epochs(isFixed: true, seed: 1).Select(Text), Epochs(isFixed: true, seed: 2).Select(Text));
    }

    /// <summary>The batches of four epochs.</summary>
    private static int[][][] Epochs(bool isFixed, int seed)
    {
        var batches = new RowBatches(Rows, BatchSize, isFixed, seed);
        return [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, Rows / BatchSize).Select(_ => Next(batches)).ToArray())];
    }

    private static int[] Next(RowBatches batches)
    {
        batches.MoveNext();
        return batches.Rows.ToArray();
    }

    private static string Text(int[][] epoch) => string.Join(" | ", epoch.Select(batch => string.Join(' ', batch)));
}
