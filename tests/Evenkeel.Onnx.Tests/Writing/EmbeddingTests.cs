using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Onnx.Protos;
using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;
using Evenkeel.Tests.Support;
using Google.Protobuf;
using static Evenkeel.Onnx.Tests.Support.Attributes;

namespace Evenkeel.Onnx.Tests.Writing;

/// <summary>Embeddings, run by ONNX Runtime and read again.</summary>
public class EmbeddingTests
{
    private static readonly Dictionary<string, (nint[] Sample, Func<RandomSource, Layer> Create)> All = new()
    {
        ["codes alone"] = ([3], random => new Embedding(9, 5, random)),
        ["sequence"] = ([12], random => new Sequential(
            new Embedding(50, 24, random), new LayerNorm(24), new Flatten(), new Linear(288, 7, random))),
        ["rows of codes"] = ([4, 3], random => new Sequential(new Embedding(6, 5, random), new Flatten(), new Linear(60, 7, random))),
        ["images of codes"] = ([5, 4], random => new Sequential(
            new Embedding(6, 3, random), new Conv2d(3, 8, 3, random, new() { ChannelAxis = -1 }))),
        ["table"] = ([9], random => new Sequential(
            new CategoryEmbedding([new(8, 4, 3), new(0, 60), new(3, 5, 1)], random), new Linear(40, 5, random), new Relu())),
        ["categories alone"] = ([2], random => new CategoryEmbedding([new(0, 4), new(1, 5)], random)),
        ["one category"] = ([1], random => new CategoryEmbedding([new(0, 4)], random)),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Embeddings_give_the_same_in_ONNX_Runtime(string name)
    {
        (nint[] sample, Func<RandomSource, Layer> create) = All[name];
        Layer network = create(new RandomSource(1));
        foreach (int opset in (int[])[17, 21, 23])
        {
            (byte[] file, _) = OnnxFile.Write(network, sample, new() { Opset = opset });
            using var peer = new OnnxRuntimePeer(file);
            foreach (int batch in (int[])[1, 6])
            {
                Tensor<float> input = CodeInputs.For(network, [batch, .. sample], seed: batch);
                Tensor<float> expected = network.Predict(input);
                (float[] values, long[] shape) = peer.Run(input);
                Assert.Equal(expected.Lengths.ToArray().Select(length => (long)length), shape);
                Agreement.AssertClose([.. expected], values, Agreement.Tolerance);
            }
        }
    }

    [Theory]
    [InlineData("codes alone")]
    [InlineData("sequence")]
    [InlineData("rows of codes")]
    public void An_embedding_comes_back_and_is_written_the_same(string name)
    {
        (nint[] sample, Func<RandomSource, Layer> create) = All[name];
        Layer network = create(new RandomSource(1));
        (byte[] file, _) = OnnxFile.Write(network, sample);
        OnnxNetwork read = OnnxFile.Read(file);
        Assert.Single(read.Network.NamedLayers(), named => named.Layer is Embedding);
        Tensor<float> input = CodeInputs.For(network, [4, .. sample], seed: 2);
        Assert.Equal(network.Predict(input).ToArray(), read.Network.Predict(input).ToArray());
        (byte[] again, _) = OnnxFile.Write(read.Network, sample);
        Assert.Equal(file, again);
    }

    [Fact]
    public void An_embedding_of_integers_is_read()
    {
        // As PyTorch exports it: the input itself holds integers.
        var table = NdArray.Random(3, 5, 4);
        var builder = new ModelBuilder(17, 3);
        ModelProto model = ModelProto.Parser.ParseFrom(
            builder.Build(builder.Node("Relu", [builder.Node("Gather", [builder.Constant(table), ModelBuilder.X])])));
        model.Graph.Input[0].Type.TensorType.ElemType = TensorTypes.Int64;
        OnnxNetwork read = OnnxFile.Read(model.ToByteArray());
        Assert.Equal([3], read.SampleShape);
        float[] codes = [4, 0, 2, 2, 1, 3];
        float[] expected = [.. codes.SelectMany(code => table.Floats.Skip((int)code * 4).Take(4)).Select(value => MathF.Max(value, 0))];
        Assert.Equal(expected, read.Network.Predict(Tensor.Create(codes, [2, 3])).ToArray());
    }

    [Theory]
    [InlineData("Relu", "which only a Gather from a table takes")]
    [InlineData("Cast", "which only a Gather from a table takes")]
    [InlineData("Mul", "which only a Gather from a table takes")]
    [InlineData("Gather", "axis is 1")]
    public void Other_uses_of_integers_are_refused(string type, string words)
    {
        var builder = new ModelBuilder(17, 3);
        string codes = builder.Node("Cast", [ModelBuilder.X], Int("to", TensorTypes.Int64));
        string output = type switch
        {
            "Cast" => builder.Node("Cast", [codes], Int("to", TensorTypes.Float)),
            "Mul" => builder.Node("Mul", [codes, codes]),
            "Gather" => builder.Node("Gather", [builder.Constant(NdArray.Random(3, 5, 4)), codes], Int("axis", 1)),
            _ => builder.Node(type, [codes]),
        };
        var refused = Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(builder.Build(output)));
        Assert.Contains(words, Assert.Single(refused.Obstacles).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_are_no_output()
    {
        var builder = new ModelBuilder(17, 3);
        byte[] file = builder.Build(builder.Node("Cast", [ModelBuilder.X], Int("to", TensorTypes.Int64)));
        Assert.Throws<InvalidDataException>(() => OnnxFile.Read(file));
    }
}
