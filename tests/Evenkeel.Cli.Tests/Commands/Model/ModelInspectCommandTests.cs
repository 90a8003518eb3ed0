using System.Numerics.Tensors;
using System.Text;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Scaling;

namespace Evenkeel.Cli.Tests.Commands.Model;

public sealed class ModelInspectCommandTests : IDisposable
{
    private readonly CsvFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_is_shown_with_layers_and_normalizations()
    {
        Sequential network = SmallModels.Network();
        var normalization = (BatchNorm)network.Layers[2];
        normalization.Weight!.Value[0] = 1e-4f;
        normalization.Bias!.Value[1] = 0.25f;
        var statistics = (RunningStatistics)normalization.RunningStatistics!;
        statistics.Variance[0] = 1e-7;
        statistics.Variance[1] = 1e7;
        statistics.Variance[2] = 2e7;
        statistics.BatchesTracked = 1234;
        normalization.Freeze();
        SmallModels.Save(network, _folder.PathOf("m.evenkeel"));

        string text = _folder.RunWell("model", "inspect", "@m.evenkeel").Output;
        Assert.Contains(": a model, ", text, StringComparison.Ordinal);
        Assert.Contains("sample shape: [4, 5, 1]", text, StringComparison.Ordinal);
        Assert.Contains("scaler: none", text, StringComparison.Ordinal);
        Assert.Matches(@"1 +Linear +\[1, 8\] +160", text);
        Assert.Contains("203 trainable parameters, 0 others", text, StringComparison.Ordinal);
        Assert.Matches(@"2 +BatchNorm +0\.0001 to 1 +1 +0 to 0\.25 +1E-07 to 2E\+07 +1 +2 +sample +1,234 +frozen", text);
        Assert.DoesNotContain("Not finite", text, StringComparison.Ordinal);

        JsonObject json = Json("@m.evenkeel");
        Assert.Equal("model", (string)json["kind"]!);
        Assert.Equal([4, 5, 1], json["sample_shape"]!.AsArray().Select(length => (int)length!));
        Assert.Equal(203, (long)json["trainable_parameters"]!);
        JsonNode shown = Assert.Single(json["normalizations"]!.AsArray())!;
        Assert.Equal(1, (int)shown["weights_near_0"]!);
        Assert.Equal(2, (int)shown["running"]!["huge"]!);
        Assert.True((bool)shown["running"]!["frozen"]!);
    }

    [Fact]
    public void Parameters_that_are_not_finite_are_pointed_out()
    {
        Sequential network = SmallModels.Network();
        network.NamedParameters().First(named => named.Path == "4.bias").Parameter.Value[1] = float.NaN;
        ModelFile.Save(network, _folder.PathOf("m.evenkeel"));
        string text = _folder.RunWell("model", "inspect", "@m.evenkeel").Output;
        Assert.Contains("Not finite: 1 of 3 values of '4.bias'.", text, StringComparison.Ordinal);
        Assert.Contains("sample shape: not known", text, StringComparison.Ordinal);
        Assert.Matches(@"1 +Linear +\? +160", text);
        Assert.Equal(1, Json("@m.evenkeel")["tensors"]!.AsArray().Sum(tensor => (long)tensor!["not_finite"]!));
    }

    [Fact]
    public void A_sample_shape_that_does_not_fit_the_network_is_pointed_out()
    {
        new ModelFile(SmallModels.Network()) { SampleShape = [3, 3] }.Save(_folder.PathOf("m.evenkeel"));
        string text = _folder.RunWell("model", "inspect", "@m.evenkeel").Output;
        Assert.Contains("The sample shape does not fit the network: 1, a Linear: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_is_shown_with_step_and_epoch_and_all_normalizers_are_shown()
    {
        using var images = new SmallImages();
        SmallModels.Trained(images, _folder.PathOf("checkpoints"));
        string newest = Directory.GetFiles(_folder.PathOf("checkpoints")).Order(StringComparer.Ordinal).Last();
        Assert.Contains(
            ": a checkpoint at step 120, epoch 20, ", _folder.RunWell("model", "inspect", newest).Output, StringComparison.Ordinal);
        JsonObject json = Json(newest);
        Assert.Equal(("checkpoint", 120, 20), ((string)json["kind"]!, (int)json["step"]!, (int)json["epoch"]!));

        new ModelFile(new Sequential(new LayerNorm(3), new RmsNorm(3), new GroupNorm(1, 3), new BatchRenorm(3)))
            .Save(_folder.PathOf("m.evenkeel"));
        Assert.Equal(
            ["LayerNorm", "RmsNorm", "GroupNorm", "BatchRenorm"],
            Json("@m.evenkeel")["normalizations"]!.AsArray().Select(shown => (string)shown!["layer"]!));
    }

    [Fact]
    public void A_scaler_is_shown_with_its_columns()
    {
        var scaler = new StandardScaler();
        scaler.Fit(Tensor.Create([1.0, 2, 3, 5], [2, 2]));
        new ModelFile(SmallModels.Network(2)) { Scaler = new ScalerFile(scaler, ["age", "pay"]), SampleShape = [2] }
            .Save(_folder.PathOf("m.evenkeel"));
        Assert.Contains(
            "scaler: StandardScaler of 2 columns: 'age', 'pay'",
            _folder.RunWell("model", "inspect", "@m.evenkeel").Output,
            StringComparison.Ordinal);
        Assert.Equal(["age", "pay"], Json("@m.evenkeel")["scaler"]!["names"]!.AsArray().Select(name => (string)name!));
    }

    [Fact]
    public void Tensors_of_other_programs_are_listed()
    {
        _folder.Write("t.safetensors", Foreign());
        string text = _folder.RunWell("model", "inspect", "@t.safetensors").Output;
        Assert.Contains("safetensors without a description of a network, without hashes, ", text, StringComparison.Ordinal);
        Assert.Matches(@"half +F16 +\[2\] +1 +1 +1", text);
        Assert.Matches(@"flag +BOOL +\[3\] +0 +1", text);
        Assert.Contains("Not finite: 1 of 2 values of 'half'.", text, StringComparison.Ordinal);
        Assert.Equal("tensors", (string)Json("@t.safetensors")["kind"]!);
    }

    [Fact]
    public void What_cannot_be_read_is_one_line()
    {
        SmallModels.Save(SmallModels.Network(), _folder.PathOf("m.evenkeel"));
        byte[] bytes = File.ReadAllBytes(_folder.PathOf("m.evenkeel"));
        _folder.Write("cut.evenkeel", bytes[..^1]);
        _folder.Write("short.evenkeel", bytes[..5]);
        _folder.Write("empty.evenkeel", "");
        bytes[^1] ^= 1;
        _folder.Write("changed.evenkeel", bytes);
        _folder.Write("text.txt", "no model at all, but a text of some length");
        string[] commands = ["inspect", "convert", "compare"];
        foreach (string command in commands)
        {
            Refused(command, "@cut.evenkeel", "cut.evenkeel': ");
            Refused(command, "@short.evenkeel", "short.evenkeel': The file has 5 bytes");
            Refused(command, "@empty.evenkeel", "empty.evenkeel': The file has 0 bytes");
            Refused(
                command,
                "@changed.evenkeel",
                command == "compare" ? "changed.evenkeel' or " : "changed.evenkeel': The tensor ",
                "changed or damaged");
            Refused(command, "@text.txt", "text.txt': ");
            Refused(command, "@none.evenkeel", "none.evenkeel");
            Refused(command, _folder.Path, "': The path is a folder");
        }
    }

    /// <summary>A file as other programs write it.</summary>
    internal static byte[] Foreign()
    {
        const string Header = "{\"half\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
            + "\"flag\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[4,7]},"
            + "\"__metadata__\":{\"format\":\"pt\"}}";
        byte[] header = Encoding.UTF8.GetBytes(Header);
        return
        [
            .. BitConverter.GetBytes((ulong)header.Length), .. header,
            .. BitConverter.GetBytes((Half)1), .. BitConverter.GetBytes(Half.NaN), 0, 1, 1,
        ];
    }

    private void Refused(string command, string file, params string[] words)
    {
        string[] rest = command == "convert" ? ["--out", "@out.safetensors"] : command == "compare" ? ["@m.evenkeel"] : [];
        _folder.Run(["model", command, file, .. rest]).AssertRefused(1, words);
        Assert.False(File.Exists(_folder.PathOf("out.safetensors")));
    }

    private JsonObject Json(string file) =>
        JsonNode.Parse(Assert.Single(_folder.RunWell("model", "inspect", file, "--json").OutputLines))!.AsObject();
}
