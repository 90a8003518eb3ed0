using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Scaling;

namespace Evenkeel.Cli.Tests.Commands.Model;

public sealed class ModelVerifyCommandTests : IDisposable
{
    private readonly CsvFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_equals_itself()
    {
        Save(Network(), "a.evenkeel");
        Save(Network(), "b.evenkeel");
        CommandRun run = _folder.RunWell("model", "verify", "@a.evenkeel", "@b.evenkeel", "--tolerance", "0");
        Assert.Matches(@"^outputs: largest difference 0 among outputs of up to [0-9.]+: within the tolerance of 0$", run.OutputLines[0]);
        Assert.Equal("layers: 5 of 5 of A agree with layers of B", run.OutputLines[1]);
        Assert.Equal(2, run.OutputLines.Length);
        Assert.Equal("", run.Error);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4, "--fold")]
    public void An_exported_model_equals_the_model(int layers, params string[] options)
    {
        Save(Network(), "m.evenkeel");
        _folder.RunWell(["model", "convert", "@m.evenkeel", "--out", "@m.onnx", .. options]);
        CommandRun run = _folder.RunWell("model", "verify", "@m.evenkeel", "@m.onnx");
        Assert.Contains(": within the tolerance of 0.0001", run.OutputLines[0], StringComparison.Ordinal);
        Assert.Equal($"layers: {layers} of 5 of A agree with layers of B", run.OutputLines[1]);
        _folder.RunWell("model", "verify", "@m.onnx", "@m.evenkeel", "--samples", "3", "--seed", "18446744073709551615");
    }

    [Theory]
    [InlineData]
    [InlineData("--fold")]
    public void The_layer_that_differs_is_named(params string[] options)
    {
        Save(Network(), "a.evenkeel");
        Sequential changed = Network();
        ((Linear)changed.LayerAt("last")).Weight.Values[3] += 0.5f;
        Save(changed, "b.evenkeel");
        _folder.RunWell(["model", "convert", "@b.evenkeel", "--out", "@b.onnx", .. options]);
        foreach (string other in (string[])["@b.evenkeel", "@b.onnx"])
        {
            CommandRun run = _folder.Run("model", "verify", "@a.evenkeel", other);
            Assert.Equal(1, run.ExitCode);
            Assert.Equal("", run.Error);
            Assert.Matches(
                @"^outputs: largest difference [0-9.]+ among outputs of up to [0-9.]+ \([0-9.]+ of it\): beyond the tolerance of 0\.0001$",
                run.OutputLines[0]);
            Assert.Equal("layers agree up to 'relu' (Relu) = 'relu'", run.OutputLines[1]);
            Assert.StartsWith("first difference: 'last' (Linear) against 'last': ", run.OutputLines[2], StringComparison.Ordinal);
            Assert.Equal(3, run.OutputLines.Length);
        }

        _folder.RunWell("model", "verify", "@a.evenkeel", "@b.evenkeel", "--tolerance", "10");
    }

    [Fact]
    public void A_layer_with_its_normalization_is_named_if_the_other_network_is_folded()
    {
        Save(Network(), "a.evenkeel");
        Sequential changed = Network();
        ((BatchNorm)changed.LayerAt("norm")).Bias!.Values[3] += 0.5f;
        Save(Folding.Fold(changed), "b.evenkeel");
        CommandRun run = _folder.Run("model", "verify", "@a.evenkeel", "@b.evenkeel");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("layers agree up to 'flatten' (Flatten) = 'flatten'", run.OutputLines[1]);
        Assert.StartsWith(
            "first difference: 'first' (Linear) and 'norm' (BatchNorm) against 'first' (Linear): 0.5 among",
            run.OutputLines[2],
            StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_that_one_network_does_not_have_are_named()
    {
        Save(Network(), "a.evenkeel");
        _folder.RunWell("model", "convert", "@a.evenkeel", "--softmax", "--out", "@b.onnx");
        CommandRun run = _folder.Run("model", "verify", "@a.evenkeel", "@b.onnx");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("layers agree up to 'last' (Linear) = 'last'", run.OutputLines[1]);
        Assert.Matches(@"^first difference: '.*' \(Softmax\) of B, to which no layer of A corresponds$", run.OutputLines[2]);

        run = _folder.Run("model", "verify", "@b.onnx", "@a.evenkeel");
        Assert.Matches(@"^first difference: '.*' \(Softmax\), to which no layer of B corresponds$", run.OutputLines[2]);

        Sequential network = Network();
        Save(new Sequential(("flatten", new Flatten()), ("first", network.LayerAt("first"))), "one.evenkeel");
        Save(
            new Sequential(
                ("flatten", new Flatten()), ("1", new Sigmoid()), ("2", new Tanh()), ("3", new Sigmoid()),
                ("first", Network().LayerAt("first"))),
            "many.evenkeel");
        run = _folder.Run("model", "verify", "@one.evenkeel", "@many.evenkeel");
        Assert.Contains(
            "'first' (Linear) against '1' (Sigmoid) to 'first' (Linear) (4 layers): ", run.OutputLines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void NaN_in_one_network_is_a_difference()
    {
        Save(Network(), "a.evenkeel");
        Sequential changed = Network();
        ((Linear)changed.LayerAt("first")).Weight.Values[0] = float.NaN;
        Save(changed, "b.evenkeel");
        CommandRun run = _folder.Run("model", "verify", "@a.evenkeel", "@b.evenkeel", "--tolerance", "1e300");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("infinite, NaN or infinity in one network only, among outputs", run.OutputLines[0], StringComparison.Ordinal);
        Assert.Contains("'first' (Linear) against 'first': infinite", run.OutputLines[2], StringComparison.Ordinal);

        run = _folder.Run("model", "verify", "@a.evenkeel", "@b.evenkeel", "--json");
        JsonObject json = JsonNode.Parse(Assert.Single(run.OutputLines))!.AsObject();
        Assert.Null(json["largest_difference"]);
        Assert.False((bool)json["within_tolerance"]!);
    }

    [Fact]
    public void A_program_gets_one_line_of_JSON()
    {
        Save(Network(), "a.evenkeel");
        Sequential changed = Network();
        ((Linear)changed.LayerAt("last")).Bias!.Values[1] += 0.5f;
        Save(changed, "b.evenkeel");
        CommandRun run = _folder.Run("model", "verify", "@a.evenkeel", "@b.evenkeel", "--json", "--tolerance", "1e-3");
        Assert.Equal(1, run.ExitCode);
        JsonObject json = JsonNode.Parse(Assert.Single(run.OutputLines))!.AsObject();
        Assert.Equal(0.5, (double)json["largest_difference"]!, 1e-6);
        Assert.Equal(1e-3, (double)json["tolerance"]!);
        Assert.False((bool)json["within_tolerance"]!);
        Assert.Equal(4, (int)json["agreeing_layers"]!);
        Assert.Equal(["flatten", "first", "norm", "relu", null], json["layers"]!.AsArray().Select(layer => (string?)layer!["b"]));
        Assert.Equal(["flatten", "first", "norm", "relu", "last"], json["layers"]!.AsArray().Select(layer => (string?)layer!["a"]));
        JsonNode first = json["first_difference"]!;
        Assert.Equal("relu", (string?)Assert.Single(first["sources"]!.AsArray())!["b"]);
        Assert.Equal("last", (string?)Assert.Single(first["a"]!.AsArray())!["path"]);
        Assert.Equal("Linear", (string?)Assert.Single(first["b"]!.AsArray())!["layer"]);
        Assert.Equal(0.5, (double)first["largest_difference"]!, 1e-6);
        Assert.Equal("none", (string?)json["scalers"]);

        run = _folder.RunWell("model", "verify", "@a.evenkeel", "@a.evenkeel", "--json");
        json = JsonNode.Parse(Assert.Single(run.OutputLines))!.AsObject();
        Assert.Equal((0, true), ((double)json["largest_difference"]!, (bool)json["within_tolerance"]!));
        Assert.Null(json["first_difference"]);
    }

    [Fact]
    public void Samples_depend_on_the_seed()
    {
        Save(Network(), "a.evenkeel");
        string[] outputs = [.. new[] { "0", "0", "1" }.Select(seed =>
            _folder.RunWell("model", "verify", "@a.evenkeel", "@a.evenkeel", "--json", "--seed", seed).Output)];
        Assert.Equal(outputs[0], outputs[1]);
        Assert.NotEqual(outputs[0], outputs[2]);
    }

    [Fact]
    public void Scalers_are_left_out_but_must_not_differ()
    {
        var network = new Sequential(new Linear(2, 3, new RandomSource(1)));
        foreach ((string file, double scale) in ((string, double)[])[("a", 1), ("same", 1), ("other", 2)])
        {
            var scaler = new StandardScaler();
            scaler.Fit(Tensor.Create([1, 2, 3, 4 * scale], [2, 2]));
            new ModelFile(network) { SampleShape = [2], Scaler = new ScalerFile(scaler) }.Save(_folder.PathOf(file));
        }

        new ModelFile(network) { SampleShape = [2] }.Save(_folder.PathOf("none"));
        Assert.Equal(2, _folder.RunWell("model", "verify", "@a", "@same").OutputLines.Length);
        Assert.Equal("Scalers: only in A, which is not compared", _folder.RunWell("model", "verify", "@a", "@none").OutputLines[^1]);
        CommandRun run = _folder.Run("model", "verify", "@a", "@other");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("Scalers differ: $.columns[1]", run.OutputLines[^1], StringComparison.Ordinal);
        foreach ((string a, string b, string expected) in
            ((string, string, string)[])
            [("a", "same", "equal"), ("a", "none", "only in a"), ("none", "a", "only in b"), ("a", "other", "different")])
        {
            Assert.Contains(
                $"\"scalers\":\"{expected}\"", _folder.Run("model", "verify", "@" + a, "@" + b, "--json").Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Networks_for_other_samples_or_with_other_outputs_are_refused()
    {
        var random = new RandomSource(1);
        Save(new Linear(20, 3, random), "flat", 20);
        Save(Network(), "image");
        Save(new Linear(20, 4, random), "four", 20);
        Save(new Linear(20, 3, random), "wrong", 21);
        ModelFile.Save(new Linear(20, 3, random), _folder.PathOf("unknown"));
        _folder.Run("model", "verify", "@flat", "@image").AssertRefused(1, "flat'", "of shape [20]", "image'", "[4, 5, 1]");
        _folder.Run("model", "verify", "@flat", "@four").AssertRefused(1, "flat' returns [3]", "four' [4]");
        _folder.Run("model", "verify", "@wrong", "@wrong").AssertRefused(1, "wrong' does not take samples of shape [21]", "20");
        _folder.Run("model", "verify", "@unknown", "@unknown").AssertRefused(1, "Neither", "SampleShape");
        _folder.RunWell("model", "verify", "@unknown", "@flat", "--tolerance", "100");
        Save(new Relu(), "huge", 30_000, 30_000);
        _folder.Run("model", "verify", "@huge", "@huge").AssertRefused(1, "16 samples of shape [30000, 30000]", "--samples");
        _folder.Run("model", "verify", "@flat", "@missing").AssertRefused(1, "missing");
    }

    [Fact]
    public void Options_are_checked()
    {
        _folder.Run("model", "verify", "-", "-").AssertRefused(2, "standard input (-) cannot be both");
        _folder.Run("model", "verify", "@a").AssertRefused(2);
        _folder.Run("model", "verify", "@a", "@b", "--samples", "0").AssertRefused(2, "--samples", "1 to 1000000");
        _folder.Run("model", "verify", "@a", "@b", "--seed", "-1").AssertRefused(2, "--seed");
        _folder.Run("model", "verify", "@a", "@b", "--tolerance", "-1").AssertRefused(2, "--tolerance", "at least 0");
        _folder.Run("model", "verify", "@a", "@b", "--tolerance", "NaN").AssertRefused(2, "--tolerance", "at least 0");
    }

    private void Save(Layer network, string file, params int[] shape) => new ModelFile(network)
    {
        SampleShape = shape.Length > 0 ? shape : [SmallImages.Height, SmallImages.Width, 1],
    }.Save(_folder.PathOf(file));

    private static Sequential Network()
    {
        var random = new RandomSource(1);
        var network = new Sequential(
            ("flatten", new Flatten()),
            ("first", new Linear(SmallImages.Height * SmallImages.Width, 8, random, bias: false)),
            ("norm", new BatchNorm(8)),
            ("relu", new Relu()),
            ("last", new Linear(8, SmallImages.Classes, random)));
        Tensor<float> images = Tensor.CreateFromShape<float>([10, SmallImages.Height, SmallImages.Width, 1]);
        random.Next().FillNormal(images.Elements(), 1, 2);
        Recalibration.Recalibrate(network, [images]);
        return network;
    }

    [Fact]
    public void Given_samples_take_the_place_of_random_ones()
    {
        using var images = new SmallImages();
        SmallModels.SaveConvolutional(SmallModels.Convolutional(images), _folder.PathOf("c.evenkeel"));
        _folder.RunWell("model", "fold", "@c.evenkeel", "--out", "@f.onnx");
        string random = _folder.RunWell("model", "verify", "@c.evenkeel", "@f.onnx").OutputLines[0];
        string given = _folder.RunWell("model", "verify", "@c.evenkeel", "@f.onnx", "--data", images.Folder).OutputLines[0];
        string scaled = _folder.RunWell(
            "model", "verify", "@c.evenkeel", "@f.onnx", "--data", images.Folder, "--pixel-mean", "0.5").OutputLines[0];
        Assert.Equal(3, new[] { random, given, scaled }.Distinct().Count());
        Assert.All([random, given, scaled], line => Assert.Contains("within the tolerance", line, StringComparison.Ordinal));
        _folder.Run("model", "verify", "@c.evenkeel", "@f.onnx", "--data", "@none").AssertRefused(1, "none");
    }
}
