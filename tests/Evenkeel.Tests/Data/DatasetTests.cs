using System.Buffers;
using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Numerics;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Data;

public class DatasetTests
{
    private static readonly Tensor<float> Inputs = Tensor.Create([1f, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [3, 2, 2]);
    private static readonly Tensor<int> Targets = Tensor.Create([7, 8, 9], [3]);

    [Fact]
    public void A_dataset_knows_its_samples()
    {
        var dataset = new Dataset<int>(Inputs, Targets);

        Assert.Equal(3, dataset.Count);
        Assert.Equal([2, 2], dataset.SampleShape);
    }

    [Theory]
    [InlineData(1, 3, 3)]
    [InlineData(2, 2, 1)]
    [InlineData(3, 1, 1)]
    [InlineData(int.MaxValue, 1, 0)]
    public void A_dataset_knows_how_many_batches_it_falls_into(int batchSize, int all, int full)
    {
        var dataset = new Dataset<int>(Inputs, Targets);

        Assert.Equal((all, full), (dataset.BatchCount(batchSize), dataset.BatchCount(batchSize, dropLast: true)));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(batchSize), () => dataset.BatchCount(0));
    }

    [Fact]
    public void The_first_samples_share_the_memory()
    {
        Dataset<int> two = new Dataset<int>(Inputs, Targets).Take(2);

        Assert.Equal([2, 2, 2], two.Inputs.Lengths);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], two.Inputs.Elements());
        Assert.Equal([7, 8], two.Targets.Elements());
        Assert.True(System.Runtime.CompilerServices.Unsafe.AreSame(ref Inputs.Elements()[0], ref two.Inputs.Elements()[0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4)]
    public void A_count_outside_the_dataset_is_refused(int count)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(nameof(count), () => new Dataset<int>(Inputs, Targets).Take(count));

        Assert.StartsWith(
            "The dataset has 3 samples from number 0 on; expected a count from 1 to 3.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_from_the_middle_share_the_memory()
    {
        Dataset<int> two = new Dataset<int>(Inputs, Targets).Slice(1, 2);

        Assert.Equal([5, 6, 7, 8, 9, 10, 11, 12], two.Inputs.Elements());
        Assert.Equal([8, 9], two.Targets.Elements());
        Assert.Equal([9], two.Slice(1, 1).Targets.Elements());
        Assert.True(System.Runtime.CompilerServices.Unsafe.AreSame(ref Inputs.Elements()[4], ref two.Inputs.Elements()[0]));
    }

    [Theory]
    [InlineData("start", -1, 1)]
    [InlineData("start", 3, 1)]
    [InlineData("count", 1, 3)]
    [InlineData("count", 2, 0)]
    public void A_slice_outside_the_dataset_is_refused(string parameter, int start, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(parameter, () => new Dataset<int>(Inputs, Targets).Slice(start, count));

    [Fact]
    public void Chosen_samples_are_copies()
    {
        Dataset<int> chosen = new Dataset<int>(Inputs, Targets).Select(2, 0, 2);

        Assert.Equal([3, 2, 2], chosen.Inputs.Lengths);
        Assert.Equal([9, 10, 11, 12, 1, 2, 3, 4, 9, 10, 11, 12], chosen.Inputs.Elements());
        Assert.Equal([9, 7, 9], chosen.Targets.Elements());
        chosen.Inputs.Elements()[0] = 100;
        Assert.Equal(9, Inputs.Elements()[8]);
        Assert.Equal([8], new Dataset<int>(Inputs, Targets).Slice(1, 2).Select(0).Targets.Elements());
    }

    [Fact]
    public void Row_numbers_outside_the_dataset_are_refused()
    {
        var dataset = new Dataset<int>(Inputs, Targets);
        AssertRefused<ArgumentException>(() => dataset.Select(), "rows", "no row numbers");
        AssertRefused<ArgumentException>(() => dataset.Select(0, 3), "rows", "Row number 3, at index 1,", "3 samples, 0 to 2");
        AssertRefused<ArgumentException>(() => dataset.Select(-1), "rows", "Row number -1, at index 0,");
        var large = new Dataset<int>(Tensor.CreateFromShape<float>([1, 1 << 20]), Tensor.Create([0], [1]));
        AssertRefused<ArgumentException>(() => large.Select(new int[1 << 11]), "rows", "2048 samples", "take them in parts");
    }

    [Fact]
    public void Tensors_that_are_no_samples_are_refused()
    {
        Assert.Throws<ArgumentNullException>("inputs", () => new Dataset<int>(null!, Targets));
        Assert.Throws<ArgumentNullException>("targets", () => new Dataset<int>(Inputs, null!));
        Assert.Throws<ArgumentException>("inputs", () => new Dataset<int>(Tensor.CreateFromShape<float>([0, 2]), Targets));
        Assert.Throws<ArgumentException>("inputs", () => new Dataset<int>(Inputs.Slice([NRange.All, 0..1, NRange.All]), Targets));
        Assert.StartsWith(
            "There are 2 targets for 3 inputs; the numbers must be equal.",
            Assert.Throws<ArgumentException>("targets", () => new Dataset<int>(Inputs, Tensor.Create([1, 2], [2]))).Message,
            StringComparison.Ordinal);
    }
}
