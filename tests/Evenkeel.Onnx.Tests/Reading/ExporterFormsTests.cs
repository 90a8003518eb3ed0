using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Onnx.Protos;
using Evenkeel.Onnx.Tests.Support;
using Evenkeel.Tests.Inference;
using Google.Protobuf;

namespace Evenkeel.Onnx.Tests.Reading;

/// <summary>Forms in which exporters write what is one layer here.</summary>
public class ExporterFormsTests
{
    private const string HardSwishByParts = "Add x three s;Clip s c;Mul x c p;Div p six y";

    [Theory]
    [InlineData("Add x three s;Clip s zero six c;Mul x c p;Div p six y", typeof(HardSwish))]
    [InlineData("Add three x s;Clip s zero six c;Mul c x p;Mul sixth p y", typeof(HardSwish))]
    [InlineData("Add x three s;Clip s zero six c;Div c six h;Mul x h y", typeof(HardSwish))]
    [InlineData("Add x three s;Clip s zero six c;Div c six y", typeof(HardSigmoid))]
    [InlineData("Max x half y", typeof(Clamp))]
    [InlineData("Min half x y", typeof(Clamp))]
    public void An_activation_by_its_parts_is_one_layer(string nodes, Type layer) =>
        Assert.IsType(layer, Assert.Single(LayersOf(Activation(13, nodes))));

    [Fact]
    public void The_bounds_of_a_clip_may_be_attributes() =>
        Assert.IsType<HardSwish>(Assert.Single(LayersOf(Clip(0, 6))));

    [Fact]
    public void Other_bounds_of_a_clip_stay() => Assert.Contains(LayersOf(Clip(0, 5)), layer => layer is Clamp { Maximum: 5 });

    [Theory]
    [InlineData(new[] { 4, 3, 1 }, new long[] { 0, 1, 4, 3 })]
    [InlineData(new[] { 1, 4, 3 }, new long[] { -1, 4, 3, 1 })]
    [InlineData(new[] { 4, 1, 3 }, new long[] { 0, 4, 3, 1 })]
    [InlineData(new[] { 1, 5, 1 }, new long[] { 0, 5, 1, 1 })]
    public void A_reshape_that_moves_axes_of_length_1_is_a_permutation(int[] sample, long[] shape)
    {
        ModelProto model = SmallModel.Create(13, [.. sample.Select(length => (nint)length)], "Reshape x shape y").With("shape", shape);
        Assert.IsType<Permute>(Assert.Single(LayersOf(model)));
    }

    [Fact]
    public void A_reshape_that_exchanges_other_axes_is_an_obstacle() => Assert.Contains(
        "only rows can be made",
        ObstacleOf(SmallModel.Create(13, [4, 3, 1], "Reshape x shape y").With("shape", [0, 3, 4, 1])),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 1, -1)]
    [InlineData(-3, -2, -1)]
    [InlineData(long.MinValue, 1, 20)]
    public void The_size_of_the_batch_is_taken_by_a_slice(long start, long end, long rest)
    {
        const string Nodes = "Shape x s;Slice s from to part;Concat part rest shape;Reshape x shape y";
        ModelProto model = SmallModel.Create(13, [4, 5], Nodes).With("from", [start]).With("to", [end]).With("rest", [rest]);
        Assert.IsType<Flatten>(Assert.Single(LayersOf(model.With("shape", "axis", 0L))));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(-2, long.MaxValue)]
    public void Lengths_are_taken_by_a_slice_with_attributes(long start, long end)
    {
        const string Nodes = "Relu x r;Shape r s;Slice s part;Concat batch part shape;Reshape r shape y";
        ModelProto model = SmallModel.Create(9, [4, 5], Nodes).With("batch", [-1]).With("shape", "axis", 0L)
            .With("part", "starts", [start]).With("part", "ends", [end]).With("part", "axes", [0]);
        Assert.Equal([typeof(Relu), typeof(Identity)], LayersOf(model).Select(layer => layer.GetType()));
    }

    private static ModelProto Activation(int opset, string nodes) => SmallModel.Create(opset, [40], nodes)
        .With("zero", 0).With("half", 0.5f).With("three", 3).With("six", 6).With("sixth", 1f / 6);

    private static ModelProto Clip(float minimum, float maximum) =>
        Activation(9, HardSwishByParts).With("c", "min", minimum).With("c", "max", maximum);

    private static string ObstacleOf(ModelProto model) =>
        Assert.Single(Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(model.ToByteArray())).Obstacles).Reason;

    /// <summary>The layers that a file is read as, after a comparison of the network with ONNX Runtime.</summary>
    private static Layer[] LayersOf(ModelProto model)
    {
        byte[] file = model.ToByteArray();
        OnnxNetwork read = OnnxFile.Read(file);
        nint[] sample = [.. read.SampleShape];
        Tensor<float> input = Tensor.Multiply(PredictorNetworks.Samples(sample, 3), 5f);
        using var peer = new OnnxRuntimePeer(file);
        (float[] values, long[] shape) = peer.Run(input);
        Tensor<float> output = read.Network.Predict(input);
        Assert.Equal(shape, output.Lengths.ToArray().Select(length => (long)length));
        Agreement.AssertClose(values, [.. output], 1e-6);
        return [.. read.Network.NamedLayers().Select(named => named.Layer).Where(layer => layer is not (Sequential or Graph))];
    }
}
