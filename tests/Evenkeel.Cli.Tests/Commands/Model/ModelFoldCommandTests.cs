using Evenkeel.Cli.Tests.Support;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Normalization;

namespace Evenkeel.Cli.Tests.Commands.Model;

public sealed class ModelFoldCommandTests : IDisposable
{
    private readonly CsvFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folds_a_model_or_an_ONNX_file_into_either()
    {
        using var images = new SmallImages();
        SmallModels.SaveConvolutional(SmallModels.Convolutional(images), _folder.PathOf("m.evenkeel"));
        _folder.RunWell("model", "convert", "@m.evenkeel", "--out", "@m.onnx");
        foreach (string source in (string[])["@m.evenkeel", "@m.onnx"])
        {
            CommandRun run = _folder.RunWell("model", "fold", source, "--out", "@f.evenkeel");
            Assert.Equal(["norm1 (BatchNorm): folded into conv1", "norm2 (BatchNorm): folded into conv2"], run.OutputLines[..2]);
            Assert.Contains("on 8 random samples.", run.OutputLines[2], StringComparison.Ordinal);
            Assert.Equal("fold: 2 of 2 normalizations. Written:", run.OutputLines[3]);
            Layer folded = ModelFile.Load(_folder.PathOf("f.evenkeel")).Network;
            Assert.DoesNotContain(folded.NamedLayers(), named => named.Layer is BatchNorm);
        }

        _folder.RunWell("model", "fold", "@m.onnx", "--opset", "17", "--out", "@f.onnx");
        Assert.Contains("operators of version 17", _folder.RunWell("model", "inspect", "@f.onnx").Output, StringComparison.Ordinal);
        CommandRun again = _folder.RunWell("model", "fold", "@f.onnx", "--out", "@g.onnx");
        Assert.Contains("fold: 0 of 0 normalizations", again.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder.PathOf("f.onnx")), File.ReadAllBytes(_folder.PathOf("g.onnx")));
        _folder.Run("model", "fold", "@m.onnx", "--out", "@m.onnx").AssertRefused(2, "--out", "overwrite");
        _folder.Run("model", "fold", "@missing.onnx", "--out", "@f.onnx").AssertRefused(1, "missing.onnx");
    }
}
