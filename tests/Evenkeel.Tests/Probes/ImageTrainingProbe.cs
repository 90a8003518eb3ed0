using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Tests.Probes;

/// <summary>
/// Fifty training steps of networks for images: those that have names, and one with channels first, groups and all kinds of pooling.
/// </summary>
public sealed class ImageTrainingProbe : Probe
{
    private const int Batch = 20;
    private const int Side = 9;
    private const int Channels = 3;
    private const int Classes = 4;

    public override void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var random = new RandomSource(1);
        Train("cnn", ConvolutionalNetwork.Create(Side, Channels, Classes, random, new() { Normalization = ChannelLast }),
            [Batch, Side, Side, Channels], output);
        Train("residual", ResidualNetwork.Create(Channels, Classes, random, new() { Blocks = 1, Normalization = ChannelLast }),
            [Batch, Side, Side, Channels], output);
        Train("channels first", ChannelsFirst(random), [Batch, Channels, Side, Side], output);
    }

    private static BatchNorm ChannelLast(Conv2d convolution) => new(convolution.Outputs, new() { ChannelAxis = -1 });

    private static Sequential ChannelsFirst(RandomSource random) => new(
        new Conv2d(Channels, 20, 3, random, new() { Padding = 1, Bias = false }),
        new BatchNorm(20),
        new Relu(),
        new MaxPool2d(3, stride: 1, padding: 1),
        new Residual(
            new Sequential(
                new Conv2d(20, 20, 3, random, new() { Padding = 2, Dilation = 2, Groups = 20, Bias = false }), new BatchNorm(20)),
            activation: new Relu()),
        new Conv2d(20, 12, new Extent(3, 2), random, new() { Stride = 2, Groups = 4 }),
        new Relu(),
        new AveragePool2d(2, stride: 1, padding: 1),
        new GlobalAveragePool2d(),
        new Linear(12, Classes, random));

    private static void Train(string name, Sequential network, nint[] lengths, TextWriter output)
    {
        Tensor<float> images = TestData.Tensor(TestData.Uniform(Batch * Side * Side * Channels, seed: 1), lengths);
        Tensor<int> labels = TestData.Tensor([.. Enumerable.Range(0, Batch).Select(i => i % Classes)], Batch);
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.02, momentum: 0.9));
        double loss = 0;
        for (int i = 0; i < 50; i++)
        {
            loss = trainer.Step(images, labels);
        }

        float[] weights = [.. network.Parameters.SelectMany(parameter => parameter.Value)];
        Assert.All(weights, weight => Assert.True(float.IsFinite(weight)));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {loss:r} {Hash<float>(weights)}"));
    }
}
