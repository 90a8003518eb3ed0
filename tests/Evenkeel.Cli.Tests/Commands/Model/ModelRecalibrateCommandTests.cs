using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;

namespace Evenkeel.Cli.Tests.Commands.Model;

public sealed class ModelRecalibrateCommandTests : IDisposable
{
    private readonly CsvFolder _folder = new();
    private readonly SmallImages _images = new();
    private readonly SmallImages _pale = new(isPale: true);

    public ModelRecalibrateCommandTests() =>
        SmallModels.SaveConvolutional(SmallModels.Convolutional(_images), _folder.PathOf("m.evenkeel"));

    public void Dispose()
    {
        _folder.Dispose();
        _images.Dispose();
        _pale.Dispose();
    }

    [Theory]
    [InlineData("m.onnx")]
    [InlineData("m.evenkeel")]
    public void Adapts_a_network_to_pale_images(string file)
    {
        _folder.RunWell("model", "convert", "@m.evenkeel", "--out", "@m.onnx");
        CommandRun run = _folder.RunWell("model", "recalibrate", "@" + file, "--data", _pale.Folder, "--out", "@adapted-" + file);
        Assert.Contains(run.OutputLines, line => line.StartsWith("normalization  layer      channels  shift", StringComparison.Ordinal));
        Assert.Contains(run.OutputLines, line => line.StartsWith("norm1          BatchNorm         6", StringComparison.Ordinal));
        Assert.Contains("recalibrate: 2 normalizations from 60 samples in ", run.Output, StringComparison.Ordinal);
        Assert.True(Accuracy("@" + file, _pale) < 0.7);
        Assert.True(Accuracy("@adapted-" + file, _pale) > 0.9);
    }

    [Fact]
    public void Folded_normalizations_are_put_back_first_and_adapt_as_those_of_the_network()
    {
        _folder.RunWell("model", "recalibrate", "@m.evenkeel", "--data", _images.Folder, "--out", "@source.evenkeel");
        _folder.RunWell("model", "fold", "@source.evenkeel", "--out", "@folded.onnx");
        _folder.Run("model", "recalibrate", "@folded.onnx", "--data", _pale.Folder, "--out", "@a.onnx")
            .AssertRefused(2, "folded.onnx", "no normalization by running statistics", "--source");
        CommandRun run = _folder.RunWell(
            "model", "recalibrate", "@folded.onnx", "--source", _images.Folder, "--data", _pale.Folder, "--out", "@a.evenkeel");
        Assert.Contains("conv1 (Conv2d): followed by conv1_norm", run.Output, StringComparison.Ordinal);
        Assert.Contains("Put back: 2 normalizations, from 60 samples of ", run.Output, StringComparison.Ordinal);
        Assert.True(Accuracy("@folded.onnx", _pale) < 0.7);
        Assert.True(Accuracy("@a.evenkeel", _pale) > 0.9);

        // Both ways lead to one network.
        _folder.RunWell("model", "recalibrate", "@source.evenkeel", "--data", _pale.Folder, "--out", "@b.evenkeel");
        var a = (Sequential)ModelFile.Load(_folder.PathOf("a.evenkeel")).Network;
        var b = (Sequential)ModelFile.Load(_folder.PathOf("b.evenkeel")).Network;
        (double difference, double largest) = Folding.Compare(a, b, Batch());
        Assert.InRange(difference, 0, 5e-3 * largest);
    }

    [Fact]
    public void The_drift_is_printed_as_JSON_and_a_constant_channel_has_no_number_for_it()
    {
        var network = (Sequential)ModelFile.Load(_folder.PathOf("m.evenkeel")).Network;
        var normalization = (BatchNorm)network.LayerAt("norm1");
        normalization.RunningStatistics!.Variance[0] = 0;
        normalization.Weight!.Value[1] = 1e-4f;
        SmallModels.SaveConvolutional(network, _folder.PathOf("n.evenkeel"));
        CommandRun run = _folder.RunWell(
            "model", "recalibrate", "@n.evenkeel", "--data", _images.Folder, "--estimate", "average-of-batches", "--batch-size", "20",
            "--json", "--out", "@o.evenkeel");
        JsonNode first = JsonNode.Parse(Assert.Single(run.OutputLines))!["normalizations"]![0]!;
        Assert.Equal("norm1", first["path"]!.GetValue<string>());
        Assert.Equal(1, first["weights_near_0"]!.GetValue<int>());
        Assert.Null(first["mean_shift_largest"]);
        Assert.True(first["mean_shift_median"]!.GetValue<double>() >= 0);
        Assert.Contains("recalibrate: 2 normalizations", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_are_drawn_at_random_by_a_seed()
    {
        string[] outputs = [.. new[] { ("20", "0"), ("20", "0"), ("20", "1"), ("60", "1"), ("1000", "2") }.Select((drawn, i) =>
        {
            CommandRun run = _folder.RunWell(
                "model", "recalibrate", "@m.evenkeel", "--data", _images.Folder, "--samples", drawn.Item1, "--seed", drawn.Item2,
                "--out", FormattableString.Invariant($"@s{i}.evenkeel"));
            return run.OutputLines[1];
        })];
        Assert.Equal(outputs[0], outputs[1]);
        Assert.NotEqual(outputs[0], outputs[2]);
        Assert.Equal(outputs[3], outputs[4]);
    }

    [Fact]
    public void Refuses_what_gives_no_statistics()
    {
        Refused(2, "--data", "--data");
        Refused(1, "no such", "--data", "@no such", "--out", "@o.onnx");
        Refused(1, "no images", "--data", _folder.Path, "--out", "@o.onnx");
        Refused(2, "--samples", "--data", _images.Folder, "--out", "@o.onnx", "--samples", "1");
        Refused(2, "--pixel-std", "--data", _images.Folder, "--out", "@o.onnx", "--pixel-std", "0");
        Refused(2, "has 3 numbers", "--data", _images.Folder, "--out", "@o.onnx", "--pixel-mean", "1,2,3");
        Refused(2, "--delimiter", "--data", _images.Folder, "--out", "@o.onnx", "--delimiter", ";");
        Refused(2, "overwrite", "--data", _images.Folder, "--out", "@m.evenkeel");

        void Refused(int code, string words, params string[] arguments) =>
            _folder.Run(["model", "recalibrate", "@m.evenkeel", .. arguments]).AssertRefused(code, words);
    }

    private double Accuracy(string model, SmallImages images)
    {
        string error = _folder.RunWell("predict", model, images.Folder, "--out", "@predictions.csv").Error;
        string word = error.Split(' ')[2].TrimEnd(':');
        return double.Parse(word, CultureInfo.InvariantCulture);
    }

    private static Tensor<float> Batch() => Tensor.Create(
        [.. SmallImages.Images(8)[16..].Select(pixel => pixel / 255f)], [8, 1, SmallImages.Height, SmallImages.Width]);
}
