using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.ProcessWideState;

namespace Evenkeel.Tests.Normalization;

/// <summary>What holds for each step of every normalizer: no allocation, and the same bits for any number of threads.</summary>
[Collection(nameof(ProcessWideState))]
public class NormalizerStepTests
{
    // Large enough for the kernels to split the work, and a smaller one such as ends an epoch.
    private static readonly nint[][] Shapes = [[24, 18, 170], [20, 18, 170]];

    private static readonly Tensor<float>[] Inputs = Tensors(seed: 1), Gradients = Tensors(seed: 2);

    private static readonly Dictionary<string, Func<Subject>> Subjects = new(
    [
        .. Normalizers.Whole
            .Select(normalizer => KeyValuePair.Create(normalizer.Name, () => Of(normalizer.Make(Shapes[0], true, 1e-5), mask: null))),
        .. Normalizers.Whole.Where(normalizer => normalizer.TakesMasks).Select(normalizer => KeyValuePair.Create(
            $"{normalizer.Name}, masked", () => Of(normalizer.Make(Shapes[0], true, 1e-5), shape => normalizer.MasksOf(shape).Last()))),
        KeyValuePair.Create("dropout of channels", () => Of(new ChannelDropout(0.3, new RandomSource(seed: 1)), mask: null)),
        KeyValuePair.Create("accumulated", Accumulated),
        KeyValuePair.Create("cross-iteration", CrossIteration),
    ]);

    public static TheoryData<string> All => [.. Subjects.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void A_step_allocates_nothing_also_where_batches_differ_in_size(string name)
    {
        foreach (int threads in (int[])[1, 2])
        {
            Subject subject = Subjects[name]();
            WithThreads(threads, () =>
            {
                Steps();
                Steps();
                Assert.Equal(0, AllocatedBytes(Steps));
            });

            void Steps()
            {
                for (int batch = 0; batch < Shapes.Length; batch++)
                {
                    subject.Step(batch);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_step_has_the_same_bits_for_any_number_of_threads(string name)
    {
        float[] alone = Results(1);
        Closeness.AssertSameBits(alone, Results(2));
        Closeness.AssertSameBits(alone, Results(5));

        float[] Results(int threads)
        {
            float[] results = [];
            WithThreads(threads, () =>
            {
                Subject subject = Subjects[name]();
                subject.Step(0);
                results = [.. subject.Step(1), .. subject.Layer.Parameters.SelectMany(parameter => parameter.Gradient.ToArray())];
            });
            return results;
        }
    }

    private static Subject Of(Layer layer, Func<nint[], nint[]>? mask)
    {
        Tensor<bool>[]? masks = mask is null ? null : [.. Shapes.Select(shape => TestData.Tensor(
            [.. Enumerable.Range(0, Normalizer.Product(mask(shape))).Select(i => i % 5 != 2)], mask(shape)))];
        return new Subject(layer, batch =>
        {
            Normalizer.Forward(layer, Inputs[batch], masks?[batch], Pass.Inference);
            Normalizer.Forward(layer, Inputs[batch], masks?[batch], Pass.Training);
            return layer.Backward(Gradients[batch]);
        });
    }

    private static Subject Accumulated()
    {
        var layer = new AccumulatedBatchNorm(18);
        return new Subject(layer, batch =>
        {
            layer.Begin();
            layer.Gather(Inputs[0]);
            layer.Gather(Inputs[1]);
            layer.Forward(Inputs[0], Pass.Training);
            layer.GatherGradient(Gradients[0]);
            layer.Forward(Inputs[1], Pass.Training);
            layer.GatherGradient(Gradients[1]);
            layer.Forward(Inputs[batch], Pass.Training);
            return layer.Backward(Gradients[batch]);
        });
    }

    private static Subject CrossIteration()
    {
        var linear = new Linear(200, 170, new RandomSource(seed: 1), bias: true);
        var layer = new CrossIterationBatchNorm(linear, new() { Window = 3 });
        Tensor<float>[] inputs =
            [.. Shapes.Select(shape => TestData.Tensor(TestData.Uniform((int)shape[0] * 18 * 200, seed: 3), shape[0] * 18, 200))];
        Tensor<float>[] gradients = [.. Shapes.Select((shape, i) => TestData.Tensor<float>([.. Gradients[i]], shape[0] * 18, 170))];
        return new Subject(layer, batch =>
        {
            TensorPrimitives.Multiply(linear.Weight.Values, 1.01f, linear.Weight.Values);
            layer.Forward(linear.Forward(inputs[batch], Pass.Training), Pass.Training);
            return layer.Backward(gradients[batch]);
        });
    }

    private static Tensor<float>[] Tensors(int seed) =>
        [.. Shapes.Select(shape => TestData.Tensor(TestData.Uniform(Normalizer.Product(shape), seed), shape))];

    /// <summary>A layer, and a step with the batch of a given number, which returns the last gradient.</summary>
    private sealed record Subject(Layer Layer, Func<int, Tensor<float>> Step);
}
