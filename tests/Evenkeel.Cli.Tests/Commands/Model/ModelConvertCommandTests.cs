using System.Numerics.Tensors;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Formats;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Onnx;
using Evenkeel.Tables;
using Evenkeel.Tables.Onnx;
using Evenkeel.Tables.Preparation;
using Evenkeel.Tensors;

namespace Evenkeel.Cli.Tests.Commands.Model;

public sealed class ModelConvertCommandTests : IDisposable
{
    private readonly CsvFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_stays_a_model_and_a_checkpoint_becomes_one()
    {
        using var images = new SmallImages();
        Sequential network = SmallModels.Trained(images, _folder.PathOf("checkpoints"));
        string newest = Directory.GetFiles(_folder.PathOf("checkpoints")).Order(StringComparer.Ordinal).Last();
        CommandRun run = _folder.RunWell("model", "convert", newest, "--out", "@m.evenkeel");
        Assert.Equal("", run.Error);
        Assert.StartsWith("convert: 8 tensors, ", run.Output, StringComparison.Ordinal);
        using (SafetensorsFile file = Safetensors.Read(_folder.PathOf("m.evenkeel")))
        {
            Assert.Equal(
                network.StateDict().Select(tensor => tensor.Name).Order(StringComparer.Ordinal),
                file.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
            Assert.False(file.Metadata.ContainsKey(ModelFile.TrainingKey));
        }

        Tensor<float> input = ImageInput();
        Assert.Equal(network.Predict(input), ModelFile.Load(_folder.PathOf("m.evenkeel")).Network.Predict(input));
        _folder.RunWell("model", "compare", newest, "@m.evenkeel");
    }

    [Fact]
    public void A_model_becomes_an_ONNX_file_and_a_model_again()
    {
        Sequential network = SmallModels.Network();
        SmallModels.Save(network, _folder.PathOf("m.evenkeel"));
        CommandRun run = _folder.RunWell("model", "convert", "@m.evenkeel", "--out", "@m.onnx");
        Assert.StartsWith("convert: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("m.onnx", _folder.RunWell("model", "inspect", "@m.onnx").Output, StringComparison.Ordinal);
        _folder.RunWell("model", "convert", "@m.onnx", "--out", "@back.evenkeel");

        Tensor<float> input = ImageInput();
        float[] expected = [.. network.Predict(input)];
        float[] actual = [.. ModelFile.Load(_folder.PathOf("back.evenkeel")).Network.Predict(input)];
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

        CommandRun folded = _folder.RunWell(
            "model", "convert", "@m.evenkeel", "--fold", "--softmax", "--opset", "17", "--out", "@f.onnx");
        Assert.Contains("folded into", folded.Output, StringComparison.Ordinal);
        _folder.Run("model", "convert", "@m.evenkeel", "--opset", "99", "--out", "@f.onnx").AssertRefused(2, "--opset", "17 to 23");
        File.WriteAllText(_folder.PathOf("no.onnx"), "no model");
        _folder.Run("model", "inspect", "@no.onnx").AssertRefused(1, "no.onnx", "not an ONNX model");
    }

    [Fact]
    public void A_model_of_a_table_takes_the_columns()
    {
        TableModel model = TrainTable();
        model.Save(_folder.PathOf("t.evenkeel"));
        CommandRun run = _folder.RunWell("model", "convert", "@t.evenkeel", "--fold", "--opset", "18", "--out", "@t.onnx");
        Assert.Contains("folded into", run.Output, StringComparison.Ordinal);
        Assert.Contains("convert: ", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            TableOnnxFile.Write(model, new() { Fold = true, Opset = 18 }).File, File.ReadAllBytes(_folder.PathOf("t.onnx")));

        _folder.Run("model", "convert", "@t.evenkeel", "--softmax", "--out", "@u.onnx").AssertRefused(2, "--softmax", "table");
        _folder.Run("predict", "@t.onnx", "@t.csv").AssertRefused(1, "t.onnx", "the columns of a table", "the model file");
        _folder.Run("model", "inspect", "@t.onnx").AssertRefused(1, "t.onnx", "the columns of a table");

        TrainTable(new CategoryPreparation("kind") { RefuseUnseen = true }).Save(_folder.PathOf("r.evenkeel"));
        _folder.Run("model", "convert", "@r.evenkeel", "--out", "@r.onnx")
            .AssertRefused(1, "r.evenkeel", "column 'kind' refuses texts that were not seen");
        Assert.Equal(["r.evenkeel", "t.csv", "t.evenkeel", "t.onnx"], _folder.Files());
    }

    [Fact]
    public void Tensors_without_a_description_have_no_table()
    {
        TrainTable().Save(_folder.PathOf("t.evenkeel"));
        _folder.RunWell("model", "convert", "@t.evenkeel", "--drop-description", "--out", "@d.safetensors");
        using SafetensorsFile file = Safetensors.Read(_folder.PathOf("d.safetensors"));
        Assert.False(file.Metadata.ContainsKey(ModelFile.TableKey));

        _folder.RunWell("model", "convert", "@t.evenkeel", "--out", "@u.evenkeel");
        Assert.Equal("label", TableModel.Load(_folder.PathOf("u.evenkeel")).Label);
    }

    [Fact]
    public void Options_that_do_not_apply_to_the_output_are_refused()
    {
        SmallModels.Save(SmallModels.Network(), _folder.PathOf("m.evenkeel"));
        _folder.Run("model", "convert", "@m.evenkeel", "--fold", "--out", "@n.evenkeel").AssertRefused(2, "--fold", ".onnx");
        _folder.Run("model", "convert", "@m.evenkeel", "--softmax", "--out", "@n.evenkeel").AssertRefused(2, "--softmax");
        _folder.Run("model", "convert", "@m.evenkeel", "--opset", "21", "--out", "@n.evenkeel").AssertRefused(2, "--opset");
        _folder.Run("model", "convert", "@m.evenkeel", "--dtype", "f32", "--out", "@n.onnx").AssertRefused(2, "--dtype", "ONNX");
        Assert.Equal(["m.evenkeel"], _folder.Files());
    }

    [Fact]
    public void An_ONNX_file_keeps_its_version_and_its_names()
    {
        OnnxFile.Save(
            _folder.PathOf("a.onnx"),
            SmallModels.Network(),
            [SmallImages.Height, SmallImages.Width, 1],
            new OnnxSaveOptions { Opset = 17, InputName = "images", OutputName = "scores" });
        _folder.RunWell("model", "convert", "@a.onnx", "--out", "@b.onnx");
        Assert.Equal(File.ReadAllBytes(_folder.PathOf("a.onnx")), File.ReadAllBytes(_folder.PathOf("b.onnx")));
        Assert.Contains("\"input\":\"images\"", _folder.RunWell("model", "inspect", "@b.onnx", "--json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_become_single_precision_and_the_description_is_dropped_with_a_notice()
    {
        Sequential network = SmallModels.Network();
        SmallModels.Save(network, _folder.PathOf("m.evenkeel"));
        CommandRun run = _folder.RunWell("model", "convert", "@m.evenkeel", "--dtype", "f32", "--out", "@m.safetensors");
        run.AssertOneErrorLine("no description of the network", "not a model file");
        using SafetensorsFile file = Safetensors.Read(_folder.PathOf("m.safetensors"));
        Assert.Equal(DataType.Float32, file["2.running_var"].Type);
        Assert.Equal(DataType.Int64, file["2.num_batches_tracked"].Type);
        Assert.False(ModelFile.IsModel(file));
        Assert.True(file.HasHashes);
        Sequential other = SmallModels.Network(seed: 1);
        other.Load(file.Tensors);
        Assert.Equal(network.Predict(ImageInput()), other.Predict(ImageInput()));

        CommandRun dropped = _folder.RunWell("model", "convert", "@m.evenkeel", "--drop-description", "--out", "@d.safetensors");
        Assert.Equal("", dropped.Error);
        _folder.Run("predict", "@d.safetensors", "@m.evenkeel")
            .AssertRefused(1, "d.safetensors': The file has tensors, but no description");
    }

    [Fact]
    public void Names_become_those_of_torchvision_and_go_back()
    {
        ModelFile.Save(ResidualNetwork.Create(3, 4, new RandomSource(0)), _folder.PathOf("r.evenkeel"));
        _folder.RunWell("model", "convert", "@r.evenkeel", "--names", "torchvision", "--out", "@t.safetensors")
            .AssertOneErrorLine("no description");
        using (SafetensorsFile file = Safetensors.Read(_folder.PathOf("t.safetensors")))
        {
            Assert.Contains("layer2.0.downsample.0.weight", file.Tensors.Select(tensor => tensor.Name));
            Assert.Contains("fc.bias", file.Tensors.Select(tensor => tensor.Name));
        }

        CommandRun back = _folder.RunWell("model", "convert", "@t.safetensors", "--names", "evenkeel", "--out", "@b.safetensors");
        Assert.Equal("", back.Error);
        CommandRun equal = _folder.RunWell("model", "compare", "@r.evenkeel", "@b.safetensors");
        Assert.Contains("only in A, which is not compared", equal.Output, StringComparison.Ordinal);
        Assert.StartsWith("equal: ", equal.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Narrow_types_of_other_programs_are_widened_and_their_texts_stay()
    {
        _folder.Write("t.safetensors", ModelInspectCommandTests.Foreign());
        _folder.RunWell("model", "convert", "@t.safetensors", "--out", "@w.safetensors");
        using SafetensorsFile file = Safetensors.Read(_folder.PathOf("w.safetensors"));
        Assert.Equal([1, float.NaN], file["half"].Read<float>());
        Assert.Equal([0, 1, 1], file["flag"].Read<long>());
        Assert.Equal("pt", file.Metadata["format"]);
    }

    [Fact]
    public void What_cannot_be_written_is_refused()
    {
        Safetensors.Write(_folder.PathOf("big.safetensors"), [StateTensor.Of("x", Tensor.Create([1e300]))]);
        _folder.Run("model", "convert", "@big.safetensors", "--dtype", "f32", "--out", "@o")
            .AssertRefused(1, "big.safetensors': ", "'x'", "1E+300");
        Safetensors.Write(
            _folder.PathOf("two.safetensors"),
            [StateTensor.Of("fc.bias", Tensor.Create([1f])), StateTensor.Of("linear.bias", Tensor.Create([1f]))]);
        _folder.Run("model", "convert", "@two.safetensors", "--names", "torchvision", "--out", "@o").AssertRefused(1, "the name 'fc.bias'");
        _folder.Run("model", "convert", "@two.safetensors", "--out", "@two.safetensors").AssertRefused(2, "which it would overwrite");
        _folder.Run("model", "convert", "@two.safetensors", "--out", "@no/where").AssertRefused(1, "no such folder");
        _folder.Run("model", "convert", "@two.safetensors").AssertRefused(2, "--out");
        _folder.Run("model", "convert", "@two.safetensors", "--out", "@o", "--dtype", "f16").AssertRefused(2, "keep, f32");
    }

    [Fact]
    public void A_file_goes_to_standard_output_in_a_process()
    {
        if (!ShellRun.IsPossible)
        {
            return;
        }

        SmallModels.Save(SmallModels.Network(), _folder.PathOf("m.evenkeel"));
        CommandRun run = ShellRun.ToEnd(
            $"cd {_folder.Path} && $evenkeel model convert - --out - < m.evenkeel > copy.evenkeel"
            + " && $evenkeel model compare m.evenkeel copy.evenkeel");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("standard output", run.Error, StringComparison.Ordinal);
    }

    /// <summary>A model of a small table, which is in the folder as <c>t.csv</c>.</summary>
    private TableModel TrainTable(params ColumnPreparation[] preparations)
    {
        IEnumerable<string> rows = Enumerable.Range(0, 40)
            .Select(i => $"{(i % 3 == 0 ? "new" : "old")},{i * 7 % 11}.5,{(i % 2 == 0 ? "yes" : "no")}\n");
        _folder.Write("t.csv", "kind,size,label\n" + string.Concat(rows));
        return TableTrainer.Train(new TableFile(_folder.PathOf("t.csv")), new TableTrainingOptions
        {
            Label = "label",
            Preparations = preparations,
            Hidden = [4],
            Epochs = 2,
        }).Model;
    }

    private static Tensor<float> ImageInput() =>
        Tensor.Create([.. Enumerable.Range(0, 40).Select(i => i % 7 / 7f)], [2, SmallImages.Height, SmallImages.Width, 1]);
}
