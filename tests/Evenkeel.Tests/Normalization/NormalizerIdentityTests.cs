using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Normalization;

/// <summary>Normalizers that are each other's special cases give the same, in both directions.</summary>
public class NormalizerIdentityTests
{
    private static readonly nint[] Image = [4, 6, 5, 7];

    [Fact]
    public void One_group_is_layer_normalization_of_all_but_the_samples() => AssertSame(
        new GroupNorm(1, 6, new() { Affine = false }), new LayerNorm([6, 5, 7], new() { Weight = false, Bias = false }), Image);

    [Fact]
    public void One_group_of_a_matrix_is_layer_normalization_of_its_rows() =>
        AssertSame(new GroupNorm(1, 37), new LayerNorm(37), [9, 37]);

    [Fact]
    public void A_group_per_channel_is_instance_normalization() =>
        AssertSame(new GroupNorm(6, 6), new InstanceNorm(6, new() { Affine = true }), Image);

    [Fact]
    public void Groups_by_number_are_groups_by_size() =>
        AssertSame(new GroupNorm(3, 6), GroupNorm.OfGroupSize(2, 6), Image);

    [Fact]
    public void Instance_normalization_of_one_sample_is_batch_normalization() =>
        AssertSame(new InstanceNorm(6, new() { Affine = true }), new BatchNorm(6), [1, 6, 5, 7]);

    [Fact]
    public void Layer_normalization_is_batch_normalization_of_the_transpose()
    {
        var layer = new LayerNorm(9, new() { Weight = false, Bias = false });
        var batch = new BatchNorm(17, new() { Affine = false });
        float[] x = TestData.Uniform(17 * 9, seed: 1), dy = TestData.Uniform(17 * 9, seed: 2);

        (float[] y, float[] dx) = Run(layer, x, dy, [17, 9]);
        (float[] yBatch, float[] dxBatch) = Run(batch, Transpose(x, 17, 9), Transpose(dy, 17, 9), [9, 17]);

        AssertClose(TestData.Widen(y), Transpose(yBatch, 9, 17), Tolerances.Forward);
        AssertClose(TestData.Widen(dx), Transpose(dxBatch, 9, 17), Tolerances.InputGradient);
    }

    [Fact]
    public void Mean_squares_of_what_has_no_mean_are_variances()
    {
        // Each number stands beside its opposite.
        float[] half = TestData.Uniform(60, seed: 1);
        float[] x = [.. half.SelectMany(value => (float[])[value, -value])];
        float[] y = [.. new RmsNorm(20).Forward(TestData.Tensor(x, 6, 20), Pass.Training)];
        AssertClose(TestData.Widen([.. new LayerNorm(20).Forward(TestData.Tensor(x, 6, 20), Pass.Training)]), y, Tolerances.Forward);
    }

    [Fact]
    public void One_chunk_is_batch_normalization_to_the_last_bit()
    {
        foreach (int size in (int[])[8, 100, int.MaxValue])
        {
            AssertSameBits(new GhostBatchNorm(size, 6), new BatchNorm(6), [8, 6, 5]);
        }
    }

    [Fact]
    public void Each_chunk_is_a_batch_of_its_own()
    {
        var ghost = new GhostBatchNorm(3, 5);
        var batch = new BatchNorm(5);
        float[] x = TestData.Uniform(8 * 5, seed: 1), dy = TestData.Uniform(8 * 5, seed: 2);
        (float[] y, float[] dx) = Run(ghost, x, dy, [8, 5]);
        foreach ((int start, int end) in (ReadOnlySpan<(int, int)>)[(0, 3), (3, 6), (6, 8)])
        {
            (float[] chunk, float[] chunkGradient) = Run(batch, x[(start * 5)..(end * 5)], dy[(start * 5)..(end * 5)], [end - start, 5]);
            Closeness.AssertSameBits(chunk, y.AsSpan(start * 5, (end - start) * 5));
            Closeness.AssertSameBits(chunkGradient, dx.AsSpan(start * 5, (end - start) * 5));
        }

        Assert.Equal(batch.RunningStatistics!.Mean, ghost.RunningStatistics!.Mean);
        Assert.Equal(batch.RunningStatistics.Variance, ghost.RunningStatistics.Variance);
    }

    [Fact]
    public void All_chunks_are_normalized_by_the_running_statistics_of_before_the_step()
    {
        Layer[] layers =
        [
            new GhostBatchNorm(3, 5) { Source = StatisticsSource.Running },
            new BatchNorm(5) { Source = StatisticsSource.Running },
        ];
        Tensor<float> input = TestData.Tensor(TestData.Uniform(8 * 5, seed: 1), 8, 5);
        Assert.Equal(layers[1].Forward(input, Pass.Training), layers[0].Forward(input, Pass.Training));
        Assert.Equal(3, ((GhostBatchNorm)layers[0]).RunningStatistics!.BatchesTracked);
    }

    [Fact]
    public void Batch_renormalization_begins_as_batch_normalization() =>
        AssertSameBits(new BatchRenorm(6), new BatchNorm(6), Image);

    [Fact]
    public void An_accumulated_batch_in_one_piece_is_batch_normalization_to_the_last_bit()
    {
        var accumulated = new AccumulatedBatchNorm(6);
        var batch = new BatchNorm(6);
        float[] x = TestData.Uniform(8 * 6, seed: 1), dy = TestData.Uniform(8 * 6, seed: 2);
        Tensor<float> input = TestData.Tensor(x, 8, 6), gradient = TestData.Tensor(dy, 8, 6);
        (float[] y, float[] dx) = Run(batch, x, dy, [8, 6]);

        accumulated.Begin();
        accumulated.Gather(input);
        accumulated.Forward(input, Pass.Training);
        accumulated.GatherGradient(gradient);

        Closeness.AssertSameBits(y, [.. accumulated.Forward(input, Pass.Training)]);
        Closeness.AssertSameBits(dx, [.. accumulated.Backward(gradient)]);
        Closeness.AssertSameBits(batch.Weight!.Gradients, accumulated.Weight!.Gradients);
        Assert.Equal(batch.RunningStatistics!.Variance, accumulated.RunningStatistics!.Variance);
    }

    public static TheoryData<string> Maskable => NormalizerReferenceTests.Maskable;

    [Theory]
    [MemberData(nameof(Maskable))]
    public void A_mask_that_keeps_everything_is_no_mask_to_the_last_bit_where_a_set_is_one_block(string name)
    {
        Normalizer normalizer = Normalizers.Named(name);
        foreach (nint[] lengths in NormalizerReferenceTests.ShapesFor(normalizer, [[5, 7], [4, 18], [6, 3, 5], [3, 6, 2, 9], [4, 3, 1]]))
        {
            foreach (MaskOf mask in normalizer.MasksOf(lengths).SelectMany(MaskOf.Kinds).Where(mask => mask.Name == "everything"))
            {
                NormalizerRun bare = new(normalizer, lengths), masked = new(normalizer, lengths, mask);
                Closeness.AssertSameBits(bare.Forward(), masked.Forward());
                Closeness.AssertSameBits(bare.Backward(), masked.Backward());
                foreach ((Parameter expected, Parameter actual) in bare.Layer.Parameters.Zip(masked.Layer.Parameters))
                {
                    Closeness.AssertSameBits(expected.Gradients, actual.Gradients);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Maskable))]
    public void A_pass_without_a_mask_knows_nothing_of_the_mask_before(string name)
    {
        Normalizer normalizer = Normalizers.Named(name);
        nint[] lengths = [4, 6, 6];
        NormalizerRun bare = new(normalizer, lengths);
        NormalizerRun masked = new(normalizer, lengths, MaskOf.Kinds(normalizer.MasksOf(lengths).Last()).First());
        masked.Forward();
        float[] y = [.. masked.Layer.Forward(TestData.Tensor(bare.X, lengths), Pass.Training)];
        Closeness.AssertSameBits(bare.Forward(), y);
        Closeness.AssertSameBits(bare.Backward(), [.. masked.Layer.Backward(TestData.Tensor(bare.Gradient, lengths))]);
    }

    [Theory]
    [MemberData(nameof(Maskable))]
    public void A_sample_left_out_is_as_if_it_were_not_there(string name)
    {
        Normalizer normalizer = Normalizers.Named(name);
        nint[] lengths = [4, 6, 6], fewer = [3, 6, 6];
        foreach (nint[] shape in normalizer.MasksOf(lengths))
        {
            MaskOf mask = MaskOf.Kinds(shape).Single(mask => mask.Name == "a sample left out");
            NormalizerRun bare = new(normalizer, fewer), masked = new(normalizer, lengths, mask);
            Closeness.AssertSameBits(bare.Forward(), masked.Forward().AsSpan(0, bare.X.Length));
            Closeness.AssertSameBits(bare.Backward(), masked.Backward().AsSpan(0, bare.X.Length));
        }
    }

    /// <summary>Equal within rounding: the same sums, in another order.</summary>
    private static void AssertSame(Layer one, Layer other, nint[] lengths) => Compare(one, other, lengths, (expected, actual, tolerance) =>
        AssertClose(TestData.Widen(expected), actual, tolerance));

    private static void AssertSameBits(Layer one, Layer other, nint[] lengths) =>
        Compare(one, other, lengths, (expected, actual, _) => Closeness.AssertSameBits(expected, actual));

    private static void Compare(Layer one, Layer other, nint[] lengths, Action<float[], float[], double> assertEqual)
    {
        foreach (Parameter parameter in one.Parameters.Concat(other.Parameters))
        {
            TestData.Uniform(parameter.Length, seed: parameter.Name.Length).CopyTo(parameter.Values);
        }

        int length = Normalizer.Product(lengths);
        float[] x = TestData.Uniform(length, seed: 1), dy = TestData.Uniform(length, seed: 2);
        (float[] y, float[] dx) = Run(one, x, dy, lengths);
        (float[] yOther, float[] dxOther) = Run(other, x, dy, lengths);
        assertEqual(yOther, y, Tolerances.Forward);
        assertEqual(dxOther, dx, Tolerances.InputGradient);
        Assert.Equal(other.Parameters.Count, one.Parameters.Count);
        foreach ((Parameter expected, Parameter actual) in other.Parameters.Zip(one.Parameters))
        {
            assertEqual([.. expected.Gradient], [.. actual.Gradient], Tolerances.RoundedOnce);
        }
    }

    private static (float[] Output, float[] InputGradient) Run(Layer layer, float[] x, float[] dy, ReadOnlySpan<nint> lengths) => (
        [.. layer.Forward(TestData.Tensor(x, lengths), Pass.Training)], [.. layer.Backward(TestData.Tensor(dy, lengths))]);

    private static float[] Transpose(float[] values, int rows, int columns) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[i % rows * columns + i / rows])];
}
