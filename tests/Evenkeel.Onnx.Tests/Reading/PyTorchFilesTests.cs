using System.Numerics.Tensors;
using System.Text.Json;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Onnx.Tests.Support;

namespace Evenkeel.Onnx.Tests.Reading;

/// <summary>Files that PyTorch exported; <c>Golden/export.py</c> writes them.</summary>
public class PyTorchFilesTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Names =>
    [
        .. Directory.EnumerateFiles(Folder, "*.onnx").Order(StringComparer.Ordinal).Select(path => Path.GetFileNameWithoutExtension(path)),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Give_what_PyTorch_gives(string name)
    {
        OnnxNetwork read = OnnxFile.Load(Path.Combine(Folder, $"{name}.onnx"));
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.json")));
        nint[] sample = [.. golden.RootElement.GetProperty("sample").EnumerateArray().Select(length => (nint)length.GetInt32())];
        float[] x = Floats("input"), y = Floats("output");
        Tensor<float> input = Tensor.Create(x, [3, .. sample]);

        Assert.Equal(sample, read.SampleShape);
        Agreement.AssertClose(y, [.. read.Network.Predict(input)], 1e-5);
        Agreement.AssertClose(y, [.. read.Network.Compile(sample).Predict(input)], 1e-5);
        (byte[] file, _) = OnnxFile.Write(read.Network, sample);
        using var peer = new OnnxRuntimePeer(file);
        Agreement.AssertClose(y, peer.Run(input).Values, 1e-5);

        float[] Floats(string property) =>
            [.. golden.RootElement.GetProperty(property).EnumerateArray().Select(value => value.GetSingle())];
    }

    [Theory]
    [InlineData("plain-13-live", 2)]
    [InlineData("plain-13-folded", 0)]
    [InlineData("residual-16-live", 3)]
    [InlineData("residual-16-folded", 0)]
    [InlineData("mobile-16-live", 2)]
    public void Keep_batch_normalizations_that_the_exporter_kept(string name, int normalizations)
    {
        Layer network = OnnxFile.Load(Path.Combine(Folder, $"{name}.onnx")).Network;
        Assert.Equal(normalizations, network.NamedLayers().Count(named => named.Layer is BatchNorm));
    }
}
