using Evenkeel.Inference;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;

namespace Evenkeel.Onnx.Tests;

/// <summary>The code of docs/onnx.md.</summary>
public class DocumentationExamples
{
    [Fact]
    public void A_network_goes_out_and_comes_in()
    {
        using var folder = new TemporaryFolder();
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder.Path;
        try
        {
            Sequential network = ConvolutionalNetwork.Create(32, 3, 10, new RandomSource(1));

            // docs/onnx.md
            OnnxSaveReport report = OnnxFile.Save("network.onnx", network, sampleShape: [32, 32, 3]);
            // end

            Assert.True(report.Nodes > 5);

            // docs/onnx.md
            OnnxNetwork read = OnnxFile.Load("network.onnx");
            Predictor predictor = read.Network.Compile([.. read.SampleShape]);
            // end

            Assert.Equal(10, predictor.OutputLength);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }
}
