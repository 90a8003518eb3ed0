using System.Text.Json;
using Evenkeel.Data;
using Evenkeel.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Data;

/// <summary><see cref="KFold"/> and <see cref="StratifiedKFold"/>.</summary>
public class KFoldTests
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Arbitrary<(int[] Labels, int Folds, ulong? Seed)> Cases = (
        from folds in Gen.Choose(2, 7)
        from classes in Gen.Choose(1, 4)
        from sizes in Gen.Choose(folds, 40).ArrayOf(classes)
        from seed in Gen.Choose(-1, 1_000_000)
        select (Shuffled(sizes, seed), folds, seed < 0 ? (ulong?)null : (ulong)seed)).ToArbitrary();

    [Fact]
    public void Without_a_seed_folds_are_those_of_scikit_learn()
    {
        GoldenSplit[] all = JsonSerializer.Deserialize<GoldenSplit[]>(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "Golden", "splits.json")), Names)!;

        Assert.Equal(5, all.Length);
        Assert.All(all, golden =>
        {
            Assert.Equal(golden.KFold, KFold.Split(golden.Labels.Length, golden.Folds, seed: null).Select(split => split.Test));
            Assert.Equal(golden.Stratified, StratifiedKFold.Split(golden.Labels, golden.Folds, seed: null).Select(split => split.Test));
        });
    }

    [Fact]
    public void Each_row_is_tested_on_once_and_folds_differ_by_at_most_a_row() => Properties.Check(Cases, chosen =>
    {
        (int[] labels, int folds, ulong? seed) = chosen;
        AssertFolds(labels.Length, folds, KFold.Split(labels.Length, folds, seed));
        AssertFolds(labels.Length, folds, StratifiedKFold.Split(labels, folds, seed));
    });

    [Fact]
    public void Stratified_folds_differ_by_at_most_a_row_of_each_class() => Properties.Check(Cases, chosen =>
    {
        (int[] labels, int folds, ulong? seed) = chosen;
        IReadOnlyList<TrainTestSplit> splits = StratifiedKFold.Split(labels, folds, seed);
        Assert.All(labels.Distinct(), label =>
        {
            int[] counts = [.. splits.Select(split => split.Test.Count(row => labels[row] == label))];
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        });
    });

    [Fact]
    public void Folds_depend_on_the_seed_alone()
    {
        Assert.Equal(KFold.Split(50, 5, seed: 1)[2].Test, KFold.Split(50, 5, seed: 1)[2].Test);
        Assert.NotEqual(KFold.Split(50, 5, seed: 1)[2].Test, KFold.Split(50, 5, seed: 2)[2].Test);
        int[] labels = [.. Enumerable.Range(0, 50).Select(i => i % 3)];
        Assert.Equal(StratifiedKFold.Split(labels, 5, seed: 1)[2].Test, StratifiedKFold.Split(labels, 5, seed: 1)[2].Test);
        Assert.NotEqual(StratifiedKFold.Split(labels, 5, seed: 1)[2].Test, StratifiedKFold.Split(labels, 5, seed: 2)[2].Test);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        AssertRefused<ArgumentOutOfRangeException>(() => KFold.Split(5, 1, 0), "folds");
        AssertRefused<ArgumentOutOfRangeException>(() => KFold.Split(5, 6, 0), "folds", "5 rows for 6 folds");
        AssertRefused<ArgumentOutOfRangeException>(() => KFold.Split(-1, 2, 0), "folds");
        AssertRefused<ArgumentOutOfRangeException>(() => StratifiedKFold.Split([1, 1], 3, 0), "folds", "2 rows for 3 folds");
        AssertRefused<ArgumentException>(
            () => StratifiedKFold.Split([1, 1, 1, -4, -4], 3, 0), "labels", "Class -4 has 2 rows for 3 folds");
    }

    private static void AssertFolds(int rows, int folds, IReadOnlyList<TrainTestSplit> splits)
    {
        Assert.Equal(folds, splits.Count);
        Assert.Equal(Enumerable.Range(0, rows), splits.SelectMany(split => split.Test).Order());
        Assert.InRange(splits.Max(split => split.Test.Length) - splits.Min(split => split.Test.Length), 0, 1);
        Assert.All(splits, split =>
        {
            Assert.Equal(split.Test.Order(), split.Test);
            Assert.Equal(Enumerable.Range(0, rows).Except(split.Test), split.Train);
        });
    }

    private static int[] Shuffled(int[] sizes, int seed)
    {
        int[] labels = [.. sizes.SelectMany((size, k) => Enumerable.Repeat(10 - 3 * k, size))];
        new Random(seed).Shuffle(labels);
        return labels;
    }

    private sealed record GoldenSplit(int[] Labels, int Folds, int[][] KFold, int[][] Stratified);
}
