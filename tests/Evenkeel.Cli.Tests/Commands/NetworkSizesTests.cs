using System.Numerics.Tensors;
using Evenkeel.Cli.Commands;
using Evenkeel.Data;
using Evenkeel.Networks;
using Evenkeel.Numerics;

namespace Evenkeel.Cli.Tests.Commands;

public class NetworkSizesTests
{
    [Theory]
    [InlineData(28, 1, 10)]
    [InlineData(32, 3, 100)]
    public void Count_the_weights_of_the_networks(int side, int channels, int classes)
    {
        var image = new Dataset<int>(Tensor.CreateFromShape<float>([1, side, side, channels]), Tensor.CreateFromShape<int>([1]));
        var images = new ImageClassificationData(image, image, side, side, channels, classes);
        var random = new RandomSource(1);

        Assert.Equal(
            Weights(ConvolutionalNetwork.Create(side, channels, classes, random)),
            NetworkSizes.OfConvolutionalNetwork(images).Weights.Sum());
        Assert.Equal(Weights(ResidualNetwork.Create(channels, classes, random)), NetworkSizes.OfResidualNetwork(images).Weights.Sum());

        static double Weights(Sequential network) =>
            network.Parameters.Where(parameter => parameter.Name == "weight").Sum(parameter => parameter.Length);
    }
}
