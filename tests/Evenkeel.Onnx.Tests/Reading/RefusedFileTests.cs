using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Onnx.Protos;
using Evenkeel.Onnx.Tests.Support;
using Evenkeel.Tests.Support;
using Google.Protobuf;

namespace Evenkeel.Onnx.Tests.Reading;

/// <summary>Files that cannot be read, and why.</summary>
public class RefusedFileTests
{
    [Fact]
    public void All_nodes_without_a_layer_are_listed_at_once()
    {
        ModelProto model = Model();
        model.Graph.Node[0].OpType = "Einsum";
        model.Graph.Node[^1].OpType = "TopK";
        model.Graph.Node[1].Attribute.Add(new AttributeProto { Name = "strange" });
        var e = Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(model.ToByteArray()));
        Assert.Equal(["Einsum", "TopK"], e.Obstacles.Select(obstacle => obstacle.Operator));
        Assert.StartsWith("2 nodes of the file cannot be read: '0' (Einsum): no layer", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_with_the_same_obstacle_are_named_together()
    {
        ModelProto model = Model();
        model.Graph.Node[0].OpType = model.Graph.Node[^1].OpType = "Einsum";
        var e = Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(model.ToByteArray()));
        Assert.Equal("2 nodes of the file cannot be read: '0', '2' (Einsum): no layer corresponds to this operator.", e.Message);
    }

    [Fact]
    public void All_outputs_of_a_node_that_cannot_be_read_may_be_read()
    {
        ModelProto model = Model();
        NodeProto first = model.Graph.Node[0], last = model.Graph.Node[^1];
        first.OpType = "Split";
        first.Output.Add("second");
        last.Input[0] = "second";
        var e = Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(model.ToByteArray()));
        Assert.Equal(new OnnxObstacle("0", "Split", "no layer corresponds to this operator"), Assert.Single(e.Obstacles));
    }

    [Fact]
    public void A_message_names_50_nodes_at_most()
    {
        ModelProto model = Model();
        model.Graph.Node.Add(Enumerable.Range(0, 60).Select(i => new NodeProto { OpType = "Einsum", Output = { $"e{i}" } }));
        var e = Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(model.ToByteArray()));
        Assert.Equal(60, e.Obstacles.Count);
        Assert.EndsWith("'e49' (Einsum): no layer corresponds to this operator; and 10 others.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MatMul", "", "second matrix is computed by the network")]
    [InlineData("Sub", "", "subtrahend is computed by the network")]
    [InlineData("Div", "", "divisor is computed by the network")]
    [InlineData("Conv", "", "weight is computed by the network")]
    [InlineData("Slice", "", "it takes a part of a tensor")]
    [InlineData("Gather", "", "it takes elements of a tensor")]
    [InlineData("Transpose", "perm", "(1, 0), which moves the samples' axis")]
    [InlineData("Cast", "to", "it casts to ONNX's type 9")]
    [InlineData("Max", "", "it compares tensors")]
    [InlineData("Min", "", "it compares tensors")]
    public void What_no_shape_could_make_readable_is_listed_behind_another_obstacle(string type, string attribute, string words)
    {
        ModelProto model = SmallModel.Create(13, [4], $"Einsum x a;Relu a b;{type} b a y");
        model = attribute switch
        {
            "perm" => model.With("y", attribute, [1, 0]),
            "to" => model.With("y", attribute, 9L),
            _ => model,
        };
        var e = Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(model.ToByteArray()));
        Assert.Equal(["a", "y"], e.Obstacles.Select(obstacle => obstacle.Node));
        Assert.Contains(words, e.Obstacles[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_shape_could_make_readable_is_not_listed_behind_another_obstacle()
    {
        const string Nodes = "Einsum x a;Shape a shape;Slice shape zero one part;Gather shape one length;Concat part length both;"
            + "Reshape a both reshaped;Mul reshaped a product;Add one product sum;Sub sum two difference;MatMul matrix sum y";
        ModelProto model = SmallModel.Create(13, [4], Nodes).With("zero", [0]).With("one", [1]).With("two", 2);
        model.Graph.Initializer.Add(new TensorProto { Name = "matrix", DataType = 1, Dims = { 2, 2 }, FloatData = { 1, 2, 3, 4 } });
        var e = Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(model.ToByteArray()));
        Assert.Equal("Einsum", Assert.Single(e.Obstacles).Operator);
    }

    [Fact]
    public void What_reads_the_number_of_elements_is_not_listed()
    {
        ModelProto model = SmallModel.Create(13, [4], "Size x size;Cast size long;Unsqueeze long zero shape;Reshape x shape y")
            .With("long", "to", 7L).With("zero", [0]);
        var e = Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(model.ToByteArray()));
        Assert.Equal("Size", Assert.Single(e.Obstacles).Operator);
    }

    [Fact]
    public void An_attribute_that_nobody_asks_for_is_an_obstacle() => AssertObstacle(
        model => model.Graph.Node[1].Attribute.Add(new AttributeProto { Name = "strange" }), "'strange' is unknown");

    [Fact]
    public void A_batch_normalization_in_training_mode_is_an_obstacle() => AssertObstacle(
        model => model.Graph.Node[1].Attribute.Add(
            new AttributeProto { Name = "training_mode", Type = AttributeProto.Types.AttributeType.Int, I = 1 }),
        "training_mode is 1");

    [Fact]
    public void Variances_below_zero_are_an_obstacle() => AssertObstacle(
        model => model.Graph.Initializer.Single(tensor => tensor.Name == "1.running_var").RawData =
            ByteString.CopyFrom(new float[] { 1, -1, 1, 1 }.SelectMany(BitConverter.GetBytes).ToArray()),
        "channel 1");

    [Fact]
    public void A_cycle_is_refused() => AssertInvalid(
        model => model.Graph.Node[0].Input[0] = model.Graph.Node[1].Output[0], "nor the output of a node before it");

    [Fact]
    public void A_shape_that_no_array_can_have_is_refused() => AssertInvalid(
        model => model.Graph.Initializer[0].Dims[0] = long.MaxValue / 3, "no array can have");

    [Fact]
    public void Data_that_do_not_fit_the_shape_are_refused() => AssertInvalid(
        model => model.Graph.Initializer[0].Dims[0] = 1_000_000, "bytes; its shape asks for");

    [Fact]
    public void Tensors_of_too_many_axes_are_refused() => AssertInvalid(
        model => model.Graph.Initializer[0].Dims.Add(Enumerable.Repeat(1L, 15)), "17 axes; at most 16");

    [Fact]
    public void More_memory_than_the_file_justifies_is_refused() => AssertInvalid(
        model =>
        {
            model.Graph.Initializer.Add(
                new TensorProto { Name = "large", DataType = 1, Dims = { 512, 512 }, RawData = ByteString.CopyFrom(new byte[1 << 20]) });
            model.Graph.Node.Add(
                Enumerable.Range(0, 100).Select(i => new NodeProto { OpType = "Transpose", Input = { "large" }, Output = { $"t{i}" } }));
        },
        "more memory");

    [Fact]
    public void An_output_that_nothing_computes_is_refused() => AssertInvalid(
        model => model.Graph.Output[0].Name = "nowhere", "No node gives the output 'nowhere'");

    [Fact]
    public void A_constant_as_output_is_refused() => AssertInvalid(
        model => model.Graph.Output[0].Name = model.Graph.Initializer[0].Name, "no tensor that layers compute from the input");

    [Theory]
    [InlineData()]
    [InlineData(0)]
    [InlineData(3, -1)]
    public void Sample_shapes_without_elements_are_refused(params int[] shape)
    {
        var options = new OnnxLoadOptions { SampleShape = [.. shape.Select(length => (nint)length)] };
        var e = Assert.Throws<ArgumentException>(() => OnnxFile.Read(Model().ToByteArray(), options));
        Assert.Contains("positive lengths", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_defined_twice_is_refused() => AssertInvalid(
        model => model.Graph.Initializer.Add(model.Graph.Initializer[0].Clone()), "defined twice");

    [Fact]
    public void Versions_that_are_not_read_are_refused() => AssertInvalid(model => model.OpsetImport[0].Version = 6, "7 to 23 are read");

    [Fact]
    public void A_file_that_is_no_model_is_refused()
    {
        Assert.Contains("no graph", Assert.Throws<InvalidDataException>(() => OnnxFile.Read([])).Message, StringComparison.Ordinal);
        byte[] cut = Model().ToByteArray()[..100];
        Assert.Contains(
            "not an ONNX model", Assert.Throws<InvalidDataException>(() => OnnxFile.Read(cut)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../secret", "0", "outside of the folder")]
    [InlineData("/etc/passwd", "0", "outside of the folder")]
    [InlineData("weights", "-4", "no number")]
    [InlineData("weights", "9000", "which has")]
    [InlineData("missing", "0", "no such file")]
    public void External_data_elsewhere_are_refused(string location, string offset, string words)
    {
        using var folder = new TemporaryFolder();
        ModelProto model = Model();
        byte[] data = MoveOut(model.Graph.Initializer[0], location, offset);
        File.WriteAllBytes(Path.Combine(folder.Path, "weights"), data);
        string path = Path.Combine(folder.Path, "m.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => OnnxFile.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void External_data_beside_the_file_are_read()
    {
        using var folder = new TemporaryFolder();
        ModelProto model = Model();
        byte[] expected = model.ToByteArray(), data = MoveOut(model.Graph.Initializer[0], "weights", "3");
        File.WriteAllBytes(Path.Combine(folder.Path, "weights"), [1, 2, 3, .. data, 4]);
        string path = Path.Combine(folder.Path, "m.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        OnnxNetwork read = OnnxFile.Load(path);
        Assert.True(expected.AsSpan().SequenceEqual(OnnxFile.Write(read.Network, [3]).File));
        Assert.Contains(
            "read it by its path",
            Assert.Throws<InvalidDataException>(() => OnnxFile.Read(model.ToByteArray())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Half_precision_is_read()
    {
        ModelProto model = Model();
        TensorProto weight = model.Graph.Initializer[0];
        float[] values = [.. Enumerable.Range(0, 12).Select(i => i / 8f - 0.5f)];
        weight.DataType = 10;
        weight.RawData = ByteString.CopyFrom(values.SelectMany(value => BitConverter.GetBytes((Half)value)).ToArray());
        var linear = (Linear)OnnxFile.Read(model.ToByteArray()).Network.LayerAt("0");
        Assert.Equal(values, linear.Weight.Value.ToArray());
    }

    private static byte[] MoveOut(TensorProto tensor, string location, string offset)
    {
        byte[] data = tensor.RawData.ToByteArray();
        tensor.RawData = ByteString.Empty;
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset });
        return data;
    }

    private static void AssertObstacle(Action<ModelProto> change, string words)
    {
        ModelProto model = Model();
        change(model);
        var e = Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(model.ToByteArray()));
        Assert.Contains(words, Assert.Single(e.Obstacles).Reason, StringComparison.Ordinal);
    }

    private static void AssertInvalid(Action<ModelProto> change, string words)
    {
        ModelProto model = Model();
        change(model);
        var e = Assert.Throws<InvalidDataException>(() => OnnxFile.Read(model.ToByteArray()));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
    }

    private static ModelProto Model()
    {
        var network = new Sequential(new Linear(3, 4, new RandomSource(1)), new BatchNorm(4), new Linear(4, 2, new RandomSource(2)));
        return ModelProto.Parser.ParseFrom(OnnxFile.Write(network, [3]).File);
    }
}
