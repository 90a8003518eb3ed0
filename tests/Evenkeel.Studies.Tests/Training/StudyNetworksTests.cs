using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Studies.Tests.Harness;
using Evenkeel.Studies.Training;

namespace Evenkeel.Studies.Tests.Training;

public class StudyNetworksTests
{
    [Fact]
    public void A_residual_perceptron_has_the_weights_of_a_plain_one_of_as_many_layers()
    {
        Sequential residual = Residual(blocks: 2, StudyNetworks.Batch);
        Sequential plain = StudyNetworks.Perceptron(
            MadeUp.Input().Images!,
            hiddenLayers: 5,
            width: 7,
            seed: 3,
            new MultilayerPerceptronOptions { Normalization = StudyNetworks.Normalization(StudyNetworks.Batch) });
        Assert.Equal(6, Weights(plain).Length);
        Assert.Equal(Weights(plain), Weights(residual));
        Assert.Equal(5, residual.NamedLayers().Count(named => named.Layer is BatchNorm));
        Assert.Equal(2, residual.Layers.OfType<Residual>().Count());
    }

    [Fact]
    public void Its_layers_have_biases_only_without_a_normalization()
    {
        Assert.Equal(6, Linears(Residual(blocks: 2, StudyNetworks.None)).Count(linear => linear.Bias is not null));
        Assert.Equal(1, Linears(Residual(blocks: 2, StudyNetworks.Batch)).Count(linear => linear.Bias is not null));
    }

    [Fact]
    public void Its_blocks_add_their_input()
    {
        Sequential network = Residual(blocks: 1, StudyNetworks.None);
        Residual block = network.Layers.OfType<Residual>().Single();
        foreach (Parameter parameter in block.Parameters)
        {
            parameter.Values.Clear();
        }

        float[] input = [.. Enumerable.Range(0, 7).Select(i => i / 7f)];
        Assert.Equal(input, Enumerable.ToArray(block.Predict(Tensor.Create(input, [1, 7]))));
    }

    private static Sequential Residual(int blocks, string normalization) => StudyNetworks.ResidualPerceptron(
        MadeUp.Input().Images!, blocks, 7, seed: 3, StudyNetworks.Normalization(normalization));

    private static float[][] Weights(Sequential network) => [.. Linears(network).Select(linear => linear.Weight.Values.ToArray())];

    private static IEnumerable<Linear> Linears(Sequential network) => network.NamedLayers().Select(named => named.Layer).OfType<Linear>();
}
