using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks.Serving;

/// <summary>A network whose inference is measured.</summary>
/// <param name="Name">Its name, which serving_models.py knows.</param>
/// <param name="Title">What it is called in tables.</param>
/// <param name="Item">The shape of an input without the batch; images have their channels last.</param>
/// <param name="FullBatch">The largest batch.</param>
/// <param name="Make">Makes it.</param>
internal sealed record ServingNetwork(string Name, string Title, nint[] Item, int FullBatch, Func<RandomSource, Sequential> Make)
{
    private const int MediumBatch = 8;
    private static readonly BatchNormOptions ChannelLast = new() { ChannelAxis = -1 };

    public static IReadOnlyList<ServingNetwork> All { get; } =
    [
        new("mlp-5x100", "784–5×100–10", [784], 100, random => Perceptron(784, [100, 100, 100, 100, 100], 10, random)),
        new("mlp-3x1024", "784–3×1024–10", [784], 256, random => Perceptron(784, [1024, 1024, 1024], 10, random)),
        new("cnn", "cnn, 28×28", [28, 28, 1], 128, random => ConvolutionalNetwork.Create(
            28, 1, 10, random, new ConvolutionalNetworkOptions { Normalization = before => new BatchNorm(before.Outputs, ChannelLast) })),
        new("resnet20", "ResNet-20, 3×32×32", [32, 32, 3], 128, random => ResidualNetwork.Create(
            3, 10, random, new ResidualNetworkOptions { Normalization = before => new BatchNorm(before.Outputs, ChannelLast) })),
        new("mlp-2x64", "32–64–64–2", [32], 1, random => Perceptron(32, [64, 64], 2, random)),
    ];

    /// <summary>The batch sizes in the order of the columns, and what the options call them.</summary>
    public IEnumerable<(string Column, int Size)> Batches =>
        FullBatch == 1 ? [("1", 1)] : [("1", 1), ("8", MediumBatch), ("full", FullBatch)];

    /// <summary>Makes a network whose running statistics are those of data, with scales and shifts drawn at random.</summary>
    public Sequential Create()
    {
        const int Passes = 30;
        var random = new RandomSource(1);
        Sequential network = Make(random);
        foreach (BatchNorm normalization in network.NamedLayers().Select(named => named.Layer).OfType<BatchNorm>())
        {
            foreach ((Parameter parameter, float mean) in normalization.Parameters.Zip([1f, 0f]))
            {
                random.Next().FillNormal(parameter.Values, mean, standardDeviation: 0.1f);
            }
        }

        for (int i = 0; i < Passes; i++)
        {
            network.Forward(Tensor.Create(Draw(MediumBatch, random), [MediumBatch, .. Item]), Pass.Training);
        }

        return network;
    }

    /// <summary>Draws the inputs of a batch.</summary>
    public float[] Draw(int batch, RandomSource random)
    {
        var values = new float[batch * (int)TensorPrimitives.Product<nint>(Item)];
        random.Next().FillNormal(values, mean: 0, standardDeviation: 1);
        return values;
    }

    /// <summary>Moves the channels of images before rows and columns, as ONNX has them; returns other inputs as they are.</summary>
    public float[] ChannelsFirst(float[] inputs)
    {
        if (Item is not [nint height, nint width, nint channels])
        {
            return inputs;
        }

        int pixels = (int)(height * width), image = pixels * (int)channels;
        var moved = new float[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            (int pixel, int channel) = int.DivRem(i % image, (int)channels);
            moved[i - i % image + channel * pixels + pixel] = inputs[i];
        }

        return moved;
    }

    private static Sequential Perceptron(int inputs, int[] hidden, int outputs, RandomSource random) => MultilayerPerceptron.Create(
        inputs, hidden, outputs, random, new MultilayerPerceptronOptions { Normalization = before => new BatchNorm(before.Outputs) });
}
