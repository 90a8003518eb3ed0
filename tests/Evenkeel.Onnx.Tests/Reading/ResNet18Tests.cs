using System.Numerics.Tensors;
using System.Reflection;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Normalization;
using Evenkeel.Onnx.Tests.Support;
using Evenkeel.Tests.Inference;

namespace Evenkeel.Onnx.Tests.Reading;

/// <summary>ResNet-18, pretrained on ImageNet, exported by CNTK with version 8 of the operators.</summary>
public class ResNet18Tests
{
    private static readonly string Path = typeof(ResNet18Tests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "ResNet18").Value!;

    [Fact]
    public void Comes_in_with_its_normalizations_alive_and_gives_what_OnnxRuntime_gives()
    {
        OnnxNetwork read = OnnxFile.Load(Path);
        Layer[] layers = [.. read.Network.NamedLayers().Select(named => named.Layer)];
        Assert.Equal([3, 224, 224], read.SampleShape);
        Assert.Equal((22, 22, 19), (
            layers.Count(layer => layer is Conv2d), layers.Count(layer => layer is BatchNorm), layers.Count(layer => layer is Relu)));

        nint[] sample = [.. read.SampleShape];
        Predictor predictor = read.Network.Compile(sample);
        using var peer = new OnnxRuntimePeer(File.ReadAllBytes(Path));
        for (int i = 0; i < 16; i++)
        {
            Tensor<float> image = PredictorNetworks.Samples(sample, 1, seed: i);
            float[] expected = peer.Run(image).Values;
            Agreement.AssertClose(expected, [.. read.Network.Predict(image)], 1e-4);
            Agreement.AssertClose(expected, [.. predictor.Predict(image)], 1e-4);
        }
    }
}
