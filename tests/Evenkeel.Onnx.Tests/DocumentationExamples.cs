using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;

namespace Evenkeel.Onnx.Tests;

/// <summary>The code of docs/onnx.md.</summary>
public class DocumentationExamples
{
    [Fact]
    public void The_page_shows_the_code_of_this_file() =>
        Assert.All(DocumentedCode.In("tests/Evenkeel.Onnx.Tests/DocumentationExamples.cs"), example =>
            Assert.Contains(example.Code, DocumentedCode.Page(example.Page), StringComparison.Ordinal));

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

    [Fact]
    public void A_network_that_was_read_gets_a_new_last_layer()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "resnet.onnx");
        OnnxFile.Save(path, ResidualNetwork.Create(3, 10, new RandomSource(1), new() { Blocks = 1 }), sampleShape: [32, 32, 3]);
        var random = new RandomSource(2);

        // docs/onnx.md
        Layer network = OnnxFile.Load(path).Network;
        Layer[] layers = [.. network.NamedLayers().Select(named => named.Layer)];
        network.SetTrainable(false);
        foreach (RunningNormalization normalization in layers.OfType<RunningNormalization>())
        {
            normalization.Freeze();
        }

        Linear last = layers.OfType<Linear>().Last();
        network = LayerReplacement.Replace(network, last, new Linear(last.Inputs, 5, random));
        // end

        Assert.IsType<Graph>(network);
        Assert.Equal([1, 5], network.OutputShape([1, 32, 32, 3]));
        Assert.Equal(["weight", "bias"], network.Parameters.Where(parameter => parameter.IsTrainable).Select(parameter => parameter.Name));
        Assert.All(network.NamedLayers(), named => Assert.True(named.Layer is not BatchNorm { IsFrozen: false }, named.Path));
    }
}
