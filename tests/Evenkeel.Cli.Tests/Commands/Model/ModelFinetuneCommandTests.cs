using System.Globalization;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tensors;

namespace Evenkeel.Cli.Tests.Commands.Model;

public sealed class ModelFinetuneCommandTests : IDisposable
{
    private readonly CsvFolder _folder = new();
    private readonly SmallImages _images = new();
    private readonly SmallImages _pale = new(isPale: true);
    private readonly Sequential _network;

    public ModelFinetuneCommandTests()
    {
        _network = SmallModels.Convolutional(_images);
        SmallModels.SaveConvolutional(_network, _folder.PathOf("m.evenkeel"));
        _folder.RunWell("model", "convert", "@m.evenkeel", "--out", "@m.onnx");
    }

    public void Dispose()
    {
        _folder.Dispose();
        _images.Dispose();
        _pale.Dispose();
    }

    [Fact]
    public void Trains_all_layers_and_gives_an_ONNX_file_back()
    {
        CommandRun run = _folder.RunWell("model", "finetune", "@m.onnx", "--data", _pale.Folder, "--epochs", "4", "--out", "@t.onnx");
        Assert.True(Accuracy(run.OutputLines[0]) < 0.7, run.Output);
        Assert.True(Accuracy(run.OutputLines[4]) > 0.9, run.Output);
        Assert.StartsWith("finetune: 60 images in ", run.OutputLines[5], StringComparison.Ordinal);
        CommandRun predicted = _folder.RunWell("predict", "@t.onnx", _pale.Folder, "--out", "@p.csv");
        Assert.True(double.Parse(predicted.Error.Split(' ')[2].TrimEnd(':'), CultureInfo.InvariantCulture) > 0.9, predicted.Error);
    }

    [Fact]
    public void A_new_last_layer_is_trained_on_features_of_a_network_that_stays_as_it_is()
    {
        CommandRun run = _folder.RunWell(
            "model", "finetune", "@m.evenkeel", "--data", _images.Folder, "--new-last", "--train", "last", "--epochs", "20",
            "--out", "@t.evenkeel");
        Assert.StartsWith("features: 90 images in ", run.OutputLines[0], StringComparison.Ordinal);
        Assert.True(Accuracy(run.OutputLines[20]) > 0.9, run.Output);
        AssertChanged("@t.evenkeel", "linear.weight", "linear.bias");
    }

    [Theory]
    [InlineData("last", false, "linear.weight linear.bias")]
    [InlineData("norms", true, "norm1.weight norm1.bias norm2.weight norm2.bias")]
    [InlineData("norms", false, "norm1.weight norm1.bias norm2.weight norm2.bias *")]
    [InlineData(
        "all", true, "conv1.weight norm1.weight norm1.bias conv2.weight norm2.weight norm2.bias linear.weight linear.bias")]
    public void Only_what_is_asked_for_changes(string trained, bool freezes, string changed)
    {
        string[] statistics =
            ["norm1.running_mean", "norm1.running_var", "norm1.num_batches_tracked",
                "norm2.running_mean", "norm2.running_var", "norm2.num_batches_tracked"];
        _folder.RunWell(
            ["model", "finetune", "@m.evenkeel", "--data", _pale.Folder, "--train", trained, "--epochs", "1", "--out", "@t.evenkeel",
                .. freezes ? new[] { "--freeze-statistics" } : []]);
        AssertChanged("@t.evenkeel", [.. changed.Split(' ').Where(name => name != "*"), .. changed.EndsWith('*') ? statistics : []]);
        Assert.All(
            ModelFile.Load(_folder.PathOf("t.evenkeel")).Network.NamedLayers().Select(named => named.Layer).OfType<BatchNorm>(),
            normalization => Assert.False(normalization.IsFrozen));
    }

    [Fact]
    public void A_softmax_at_the_end_is_left_out_in_training_only()
    {
        _folder.RunWell("model", "convert", "@m.evenkeel", "--softmax", "--out", "@s.onnx");
        string[] before = _folder.RunWell("model", "finetune", "@m.onnx", "--data", _pale.Folder, "--out", "@a.evenkeel").OutputLines;
        string[] after = _folder.RunWell("model", "finetune", "@s.onnx", "--data", _pale.Folder, "--out", "@b.evenkeel").OutputLines;
        Assert.Equal(before[..4].Select(Accuracy), after[..4].Select(Accuracy));
        Layer network = ModelFile.Load(_folder.PathOf("b.evenkeel")).Network;
        Assert.IsType<Softmax>(network.NamedLayers().Last().Layer);
    }

    [Fact]
    public void Features_without_a_linear_layer_get_one_behind_them()
    {
        var random = new RandomSource(2);
        SmallModels.SaveConvolutional(
            new Sequential(new Conv2d(1, 4, 3, random), new BatchNorm(4), new Relu()), _folder.PathOf("features.evenkeel"));
        _folder.Run("model", "finetune", "@features.evenkeel", "--data", _images.Folder, "--out", "@t.onnx")
            .AssertRefused(2, "does not end with a linear layer", "--new-last");
        _folder.RunWell("model", "finetune", "@features.evenkeel", "--data", _images.Folder, "--new-last", "--out", "@t.onnx");
        Assert.Contains("linear", _folder.RunWell("model", "inspect", "@t.onnx").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_what_cannot_be_trained()
    {
        var two = new Sequential(new Flatten(), new Linear(20, 2, new RandomSource(1)));
        SmallModels.SaveConvolutional(two, _folder.PathOf("two.evenkeel"));
        _folder.Run("model", "finetune", "@two.evenkeel", "--data", _images.Folder, "--out", "@t.onnx")
            .AssertRefused(2, "has 2 outputs", "3 classes", "--new-last");
        _folder.Run("model", "finetune", "@m.onnx", "--out", "@t.onnx").AssertRefused(1, "28×28", "4×5");
        _folder.Run("model", "finetune", "@m.onnx", "--data", _images.Folder, "--train", "some", "--out", "@t.onnx")
            .AssertRefused(2, "--train 'some'", "all, last, norms");
    }

    private static double Accuracy(string line) => double.Parse(
        line[(line.IndexOf("accuracy ", StringComparison.Ordinal) + 9)..].Split(',')[0], CultureInfo.InvariantCulture);

    private void AssertChanged(string file, params string[] expected)
    {
        Layer trained = ModelFile.Load(_folder.PathOf(file[1..])).Network;
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            _network.StateDict().Zip(trained.StateDict())
                .Where(pair => !Values(pair.First).SequenceEqual(Values(pair.Second)))
                .Select(pair => pair.First.Name).Order(StringComparer.Ordinal));
    }

    private static double[] Values(NamedTensor tensor) => tensor.Type switch
    {
        DataType.Int64 => [.. tensor.Read<long>().Select(value => (double)value)],
        DataType.Float64 => [.. tensor.Read<double>()],
        _ => [.. tensor.Read<float>().Select(value => (double)value)],
    };
}
