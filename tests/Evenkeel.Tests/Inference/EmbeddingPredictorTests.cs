using System.Numerics.Tensors;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Inference;

[Collection(nameof(ProcessWideState))]
public class EmbeddingPredictorTests
{
    private static readonly Dictionary<string, (nint[] Sample, Func<RandomSource, Layer> Create)> All = new()
    {
        ["codes alone"] = ([1], random => new Embedding(9, 5, random)),
        ["sequence"] = ([12], random => new Sequential(
            new Embedding(50, 24, random), new LayerNorm(24), new Flatten(), new Linear(288, 7, random))),
        ["rows of codes"] = ([4, 3], random => new Sequential(new Embedding(6, 5, random), new Flatten(), new Linear(60, 7, random))),
        ["four axes"] = ([2, 3, 2], random => new Sequential(new Embedding(6, 5, random), new Flatten(), new Relu())),
        ["images of codes"] = ([5, 4], random => new Sequential(
            new Embedding(6, 3, random),
            new Conv2d(3, 8, 3, random, new() { ChannelAxis = -1 }),
            new GlobalAveragePool2d(channelAxis: -1))),
        ["images of codes, channels first"] = ([5, 6], random => new Sequential(
            new Embedding(6, 7, random), new Conv2d(5, 8, 3, random, new() { Padding = 1 }), new GlobalAveragePool2d())),
        ["codes in images"] = ([4, 5, 3], random => new Sequential(
            new MaxPool2d(2, channelAxis: -1), new Embedding(6, 5, random), new Flatten(), new Linear(60, 7, random))),
        ["codes in images, channels first"] = ([3, 4, 5], random => new Sequential(
            new MaxPool2d(2), new Embedding(6, 5, random), new Flatten(), new Linear(60, 7, random))),
        ["table"] = ([9], random => new Sequential(
            new CategoryEmbedding([new(8, 4, 3), new(0, 60), new(3, 5, 1)], random),
            new BatchNorm(40),
            new Linear(40, 5, random),
            new Relu())),
        ["categories alone"] = ([2], random => new CategoryEmbedding([new(0, 4), new(1, 5)], random)),
        ["table alone"] = ([20], random => new CategoryEmbedding([new(4, 5, 17)], random)),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Has_the_bits_of_the_network_in_any_batch_and_on_any_number_of_threads(string name)
    {
        (Layer network, nint[] sample) = Create(name);
        const int Batch = 150;
        Tensor<float> samples = CodeInputs.For(network, [Batch, .. sample], seed: 3);
        float[] inputs = [.. samples], expected = [.. network.Predict(samples)];
        Predictor predictor = network.Compile(sample, new() { Fold = false, Winograd = false });
        int input = predictor.InputLength, output = predictor.OutputLength;
        Assert.Equal(network.OutputShape([1, .. sample])[1..], predictor.OutputShape.ToArray());
        foreach (int threads in (int[])[1, 2, 3])
        {
            WithThreads(threads, () =>
            {
                foreach (int size in (int[])[1, 3, 64, Batch])
                {
                    float[] outputs = new float[Batch * output];
                    for (int first = 0; first < Batch; first += size)
                    {
                        int count = Math.Min(size, Batch - first);
                        predictor.Predict(
                            inputs.AsSpan(first * input, count * input), outputs.AsSpan(first * output, count * output), count);
                    }

                    Assert.Equal(expected, outputs);
                }
            });
        }

        float largest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(expected));
        float[] folded = network.Compile(sample).Predict(samples).ToArray();
        Assert.All(expected.Zip(folded), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * largest));
    }

    [Fact]
    public void Keeps_the_vectors_once_and_leaves_the_network_to_be_trained()
    {
        (Layer network, nint[] sample) = Create("table");
        Predictor predictor = network.Compile(sample, new() { Fold = false });
        Tensor<float> samples = CodeInputs.For(network, [4, .. sample], seed: 1);
        float[] before = predictor.Predict(samples).ToArray();
        Array.ForEach([.. network.Parameters], parameter => parameter.Value.Fill(7));
        Assert.Equal(before, predictor.Predict(samples).ToArray());
        PredictorStep step = predictor.Summary().Steps[1];
        Assert.Equal(("0", "embedding", 4L * (4 * 3 + 60 * 30 + 5)), (step.Path, step.Kind, step.WeightBytes));
    }

    [Fact]
    public void Refuses_what_is_no_code_and_names_the_sample_of_the_whole_batch()
    {
        (string Name, int Element, string Position)[] wrong =
            [("table", 3, "[131, 3]"), ("rows of codes", 7, "[131, 2, 1]"), ("codes in images, channels first", 35, "[131, 1, 1, 0]")];
        foreach ((string name, int element, string position) in wrong)
        {
            (Layer network, nint[] sample) = Create(name);
            Predictor predictor = network.Compile(sample);
            float[] values = [.. CodeInputs.For(network, [150, .. sample], seed: 1)];
            values[131 * predictor.InputLength + element] = 5.5f;
            float[] outputs = new float[150 * predictor.OutputLength];
            foreach (int threads in (int[])[1, 3])
            {
                WithThreads(threads, () => AssertRefused<ArgumentException>(
                    () => predictor.Predict(values, outputs, 150), "input", $"{position} is 5.5"));
            }

            values[131 * predictor.InputLength + element] = 1;
            predictor.Predict(values, outputs, 150);
        }
    }

    [Fact]
    public void A_file_gives_the_same_bits()
    {
        foreach (string name in All.Keys)
        {
            (Layer network, nint[] sample) = Create(name);
            using var stream = new MemoryStream();
            new ModelFile(network) { SampleShape = [.. sample.Select(length => (int)length)] }.Write(stream);
            ModelFile loaded = ModelFile.Read(new MemoryStream(stream.ToArray()));
            Tensor<float> samples = CodeInputs.For(network, [7, .. sample], seed: 1);
            Assert.Equal(network.Predict(samples).ToArray(), loaded.Network.Predict(samples).ToArray());
            Assert.Equal(network.Compile(sample).Predict(samples).ToArray(), loaded.Compile().Predict(samples).ToArray());
        }
    }

    [Fact]
    public void Several_threads_predict_at_once()
    {
        (Layer network, nint[] sample) = Create("table");
        Predictor predictor = network.Compile(sample, new() { Fold = false });
        Tensor<float> samples = CodeInputs.For(network, [40, .. sample], seed: 1);
        float[] expected = [.. network.Predict(samples)];
        Parallel.For(0, 50, _ => Assert.Equal(expected, predictor.Predict(samples).ToArray()));
    }

    private static (Layer Network, nint[] Sample) Create(string name)
    {
        (nint[] sample, Func<RandomSource, Layer> create) = All[name];
        Layer network = create(new RandomSource(11));
        for (int pass = 0; pass < 3; pass++)
        {
            network.Forward(CodeInputs.For(network, [20, .. sample], seed: 20 + pass), Pass.Training);
        }

        return (network, sample);
    }
}
