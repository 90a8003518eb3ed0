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
        Assert.StartsWith("Note: batch normalization: assumed", run.OutputLines[0], StringComparison.Ordinal);
        Assert.StartsWith("data: 60 training and 30 test images of 'evenkeel-", run.OutputLines[1], StringComparison.Ordinal);
        double[] accuracies = [.. Accuracies(run)];
        Assert.Equal(5, accuracies.Length);
        Assert.True(accuracies[0] < 0.7 && accuracies[4] > 0.9, run.Output);
        Assert.StartsWith("finetune: 60 images in ", run.OutputLines[^2], StringComparison.Ordinal);
        CommandRun predicted = _folder.RunWell("predict", "@t.onnx", _pale.Folder, "--out", "@p.csv");
        Assert.True(double.Parse(predicted.Error.Split(' ')[2].TrimEnd(':'), CultureInfo.InvariantCulture) > 0.9, predicted.Error);
    }

    [Fact]
    public void A_new_last_layer_is_trained_on_features_of_a_network_that_stays_as_it_is()
    {
        CommandRun run = _folder.RunWell(
            "model", "finetune", "@m.evenkeel", "--data", _images.Folder, "--new-last", "--train", "last", "--epochs", "20",
            "--out", "@t.evenkeel");
        Assert.StartsWith("features: 90 images in ", run.OutputLines[1], StringComparison.Ordinal);
        Assert.True(Accuracies(run).Last() > 0.9, run.Output);
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
        CommandRun logits = _folder.RunWell("model", "finetune", "@m.onnx", "--data", _pale.Folder, "--out", "@a.evenkeel");
        CommandRun softmax = _folder.RunWell("model", "finetune", "@s.onnx", "--data", _pale.Folder, "--out", "@b.evenkeel");
        Assert.Equal(Accuracies(logits), Accuracies(softmax));
        Assert.Equal(
            _folder.RunWell("predict", "@a.evenkeel", _pale.Folder).Output, _folder.RunWell("predict", "@b.evenkeel", _pale.Folder).Output);
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
    public void Augmentation_changes_images_as_they_are_whatever_order_the_network_takes_them_in()
    {
        var channelsLast = new Sequential([("order", new Permute(0, 3, 1, 2)), .. _network.Clone().Layers.Select(
            (layer, i) => (FormattableString.Invariant($"layer{i}"), layer))]);
        SmallModels.Save(channelsLast, _folder.PathOf("last.evenkeel"));
        double[][] accuracies = [.. new[] { "@m.evenkeel", "@last.evenkeel" }.Select(model => Accuracies(_folder.RunWell(
            "model", "finetune", model, "--data", _pale.Folder, "--augment", "flip", "--pixel-mean", "0.2", "--train", "last",
            "--lr", "0.3", "--out", "@t.evenkeel")).ToArray())];
        Assert.Equal(accuracies[0], accuracies[1]);
    }

    [Fact]
    public void Folded_normalizations_are_put_back_and_trained()
    {
        _folder.RunWell("model", "fold", "@m.onnx", "--out", "@f.onnx");
        CommandRun run = _folder.RunWell(
            "model", "finetune", "@f.onnx", "--source", _images.Folder, "--data", _pale.Folder, "--train", "norms", "--epochs", "4",
            "--out", "@t.evenkeel");
        Assert.Contains("Put back: 2 normalizations", run.Output, StringComparison.Ordinal);
        Assert.True(Accuracies(run).Last() > Accuracies(run).First(), run.Output);
    }

    [Fact]
    public void A_network_of_one_linear_layer_is_trained_on_its_inputs()
    {
        new ModelFile(new Linear(20, 3, new RandomSource(1))) { SampleShape = [20] }.Save(_folder.PathOf("one.evenkeel"));
        foreach (string[] more in (string[][])[[], ["--new-last"]])
        {
            CommandRun run = _folder.RunWell(
                ["model", "finetune", "@one.evenkeel", "--data", _images.Folder, "--train", "last", "--epochs", "20", "--lr", "0.3",
                    "--out", "@t.evenkeel", .. more]);
            Assert.True(Accuracies(run).Last() > 0.9, run.Output);
        }

        _folder.Run("model", "finetune", "@one.evenkeel", "--data", _images.Folder, "--augment", "flip", "--out", "@t.evenkeel")
            .AssertRefused(2, "--augment", "[20]");
    }

    [Fact]
    public void A_sum_at_the_end_is_no_linear_layer()
    {
        var random = new RandomSource(1);
        SmallModels.SaveConvolutional(
            new Sequential(new Flatten(), new Linear(20, 3, random), new Residual(new Linear(3, 3, random))),
            _folder.PathOf("sum.evenkeel"));
        _folder.Run("model", "finetune", "@sum.evenkeel", "--data", _images.Folder, "--train", "last", "--out", "@t.onnx")
            .AssertRefused(2, "does not end with a linear layer", "--new-last");
        _folder.RunWell("model", "finetune", "@sum.evenkeel", "--data", _images.Folder, "--new-last", "--out", "@t.onnx");
    }

    [Fact]
    public void What_cannot_be_written_or_would_overwrite_data_is_refused_before_training()
    {
        new ModelFile(SmallModels.Network()).Save(_folder.PathOf("shapeless.evenkeel"));
        _folder.Run("model", "finetune", "@shapeless.evenkeel", "--data", _images.Folder, "--out", "@t.onnx")
            .AssertRefused(1, "shapeless.evenkeel", "shape of a sample");
        string images = _images.PathOf("train-images-idx3-ubyte");
        foreach (string command in (string[])["finetune", "recalibrate"])
        {
            _folder.Run("model", command, "@m.onnx", "--data", _images.Folder, "--out", images).AssertRefused(2, "input folder");
        }

        using var odd = new SmallImages(trainCount: 33);
        SmallModels.Save(SmallModels.Network(), _folder.PathOf("p.evenkeel"));
        CommandRun run = _folder.Run("model", "finetune", "@p.evenkeel", "--data", odd.Folder, "--out", "@t.onnx");
        Assert.Equal(1, run.ExitCode);
        run.AssertOneErrorLine("p.evenkeel", "cannot be trained", "batches");
        Assert.False(File.Exists(_folder.PathOf("t.onnx")));
    }

    [Fact]
    public void Training_that_diverges_writes_nothing()
    {
        CommandRun run = _folder.Run("model", "finetune", "@m.onnx", "--data", _images.Folder, "--lr", "1e20", "--out", "@t.onnx");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("diverged", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.PathOf("t.onnx")));
    }

    [Fact]
    public void Refuses_what_cannot_be_trained()
    {
        var two = new Sequential(new Flatten(), new Linear(20, 2, new RandomSource(1)));
        SmallModels.SaveConvolutional(two, _folder.PathOf("two.evenkeel"));
        _folder.Run("model", "finetune", "@two.evenkeel", "--data", _images.Folder, "--out", "@t.onnx")
            .AssertRefused(2, "has 2 outputs", "3 classes", "--new-last");
        _folder.Run("model", "finetune", "@m.onnx", "--out", "@t.onnx").AssertRefused(2, "--data");
        SmallModels.SaveConvolutional(
            new Sequential(new Conv2d(1, 2, 3, new RandomSource(1)), new Flatten(), new Linear(12, 3, new RandomSource(1))),
            _folder.PathOf("plain.evenkeel"));
        _folder.Run("model", "finetune", "@plain.evenkeel", "--data", _images.Folder, "--train", "norms", "--out", "@t.onnx")
            .AssertOneErrorLine("no normalization with parameters", "--source");
        _folder.Run("model", "finetune", "@m.onnx", "--data", _images.Folder, "--linear-layers", "--out", "@t.onnx")
            .AssertOneErrorLine("--linear-layers", "--source");
        _folder.Run("model", "finetune", "@m.onnx", "--data", _images.Folder, "--opset", "17", "--out", "@t.evenkeel")
            .AssertRefused(2, "--opset", ".onnx");
        _folder.Run("model", "finetune", "@m.onnx", "--data", _images.Folder, "--train", "some", "--out", "@t.onnx")
            .AssertRefused(2, "--train 'some'", "all, last, norms");
    }

    private static IEnumerable<double> Accuracies(CommandRun run) => run.OutputLines
        .Where(line => line.Contains("test accuracy ", StringComparison.Ordinal))
        .Select(line => double.Parse(
            line[(line.IndexOf("accuracy ", StringComparison.Ordinal) + 9)..].Split(',')[0], CultureInfo.InvariantCulture));

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
