using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Tests.Probes;

/// <summary>Fifty training steps of the convolutional networks with batch normalization, and inference with it folded.</summary>
public sealed class ImageNetworkProbe : Probe
{
    private const int Steps = 50;
    private const int Batch = 12;

    public override void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var batchNorm = new BatchNormOptions { ChannelAxis = -1 };
        Print("cnn", 28, 1, ConvolutionalNetwork.Create(
            28, 1, 10, new RandomSource(1), new() { Normalization = before => new BatchNorm(before.Outputs, batchNorm) }));
        Print("resnet20", 32, 3, ResidualNetwork.Create(
            3, 10, new RandomSource(1), new() { Normalization = before => new BatchNorm(before.Outputs, batchNorm) }));

        void Print(string name, int side, int channels, Sequential network)
        {
            Tensor<float> images = TestData.Tensor(TestData.Uniform(Batch * side * side * channels, seed: 1), Batch, side, side, channels);
            Tensor<int> labels = Tensor.Create([.. Enumerable.Range(0, Batch).Select(i => i % 10)]);
            var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.01, momentum: 0.9));
            double loss = 0;
            for (int i = 0; i < Steps; i++)
            {
                loss = trainer.Step(images, labels);
            }

            string weights = Hash<float>([.. network.Parameters.SelectMany(parameter => parameter.Value)]);
            string folded = Hash<float>([.. Folding.Fold(network).Forward(images, Pass.Inference)]);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {loss:r} {weights} {folded}"));
        }
    }
}
