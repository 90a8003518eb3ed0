using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Onnx.Tests.Support;
using Evenkeel.Tests.Inference;

namespace Evenkeel.Onnx.Tests.Writing;

/// <summary>The networks of <c>evenkeel train</c>, with each of its normalizations.</summary>
public class CommandNetworksTests
{
    private const int Opset = 21;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string norm in NormalizerCatalog.All.Select(entry => entry.Name))
            {
                foreach (string net in (string[])["mlp", "cnn", "resnet20"])
                {
                    // A channel of an mlp has one value in a sample.
                    if (net != "mlp" || norm != NormalizerCatalog.Instance)
                    {
                        cases.Add(net, norm);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_elsewhere_come_back_and_are_written_the_same(string net, string norm)
    {
        (Sequential network, nint[] sample) = Create(net, NormalizerCatalog.Find(norm));
        for (int pass = 0; pass < 3; pass++)
        {
            network.Forward(PredictorNetworks.Samples(sample, 32, pass), Pass.Training);
        }

        (byte[] file, _) = OnnxFile.Write(network, sample, new() { Opset = Opset });
        Agreement.AssertRuns(file, network, sample, 1, 4);
        (byte[] folded, _) = OnnxFile.Write(network, sample, new() { Opset = Opset, Fold = true });
        Agreement.AssertRuns(folded, network, sample, 4);

        OnnxNetwork read = OnnxFile.Read(file);
        Tensor<float> input = PredictorNetworks.Samples(sample, 4);
        Agreement.AssertClose([.. network.Predict(input)], [.. read.Network.Predict(input)], 1e-6);
        Assert.Equal(file, OnnxFile.Write(read.Network, sample, new() { Opset = Opset }).File);
    }

    private static (Sequential Network, nint[] Sample) Create(string net, Func<IChannelwiseLinear, Layer>? normalization)
    {
        var random = new RandomSource(3);
        switch (net)
        {
            case "cnn":
                return (ConvolutionalNetwork.Create(28, 1, 10, random, new() { Normalization = normalization }), [28, 28, 1]);
            case "resnet20":
                return (ResidualNetwork.Create(3, 10, random, new() { Normalization = normalization }), [32, 32, 3]);
            default:
                Sequential perceptron = MultilayerPerceptron.Create(
                    784, [100, 100, 100, 100, 100], 10, random, new() { Normalization = normalization });
                return (new Sequential([new Flatten(), .. perceptron.Layers]), [28, 28, 1]);
        }
    }
}
