using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Onnx.Tests.Support;
using Evenkeel.Tests.Inference;

namespace Evenkeel.Onnx.Tests.Reading;

/// <summary>Networks that were written and are read again.</summary>
public class RoundTripTests
{
    public static TheoryData<string> Names => PredictorNetworks.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_comes_back_and_is_written_the_same(string name)
    {
        (Layer network, nint[] sample) = PredictorNetworks.Create(name);
        foreach (int opset in (int[])[21, 23])
        {
            (byte[] file, _) = OnnxFile.Write(network, sample, new() { Opset = opset });
            OnnxNetwork read = OnnxFile.Read(file);

            Assert.Equal(sample, read.SampleShape);
            Assert.Equal(opset, read.Opset);
            Tensor<float> input = PredictorNetworks.Samples(sample, 4);
            Agreement.AssertClose([.. network.Predict(input)], [.. read.Network.Predict(input)], 1e-6);

            // Windows of different sizes are products in the file, and stay products.
            (byte[] again, _) = OnnxFile.Write(read.Network, sample, new() { Opset = opset });
            bool isSame = name == "adaptive pooling" || file.AsSpan().SequenceEqual(again);
            Assert.True(isSame, $"The second file of {name} differs from the first.");
        }
    }
}
