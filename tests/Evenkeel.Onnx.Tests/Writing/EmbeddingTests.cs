using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Onnx.Tests.Support;

namespace Evenkeel.Onnx.Tests.Writing;

/// <summary>Embeddings as lookups of rows.</summary>
public class EmbeddingTests
{
    [Theory]
    [InlineData(17)]
    [InlineData(23)]
    public void Columns_with_categories_are_replaced_in_the_order_of_the_layer(int opset)
    {
        float[] table = [.. Enumerable.Range(0, 7).SelectMany(i => new[] { i % 3, 0.5f * i - 1, (i + 1) % 4, -i, i % 2 })];
        AssertSame([new(2, 4, 3), new(0, 3, 1)], Tensor.Create(table, [7, 5]), opset);
    }

    [Fact]
    public void All_columns_may_have_categories()
    {
        float[] table = [0, 1, 1, 0, 2, 1];
        AssertSame([new(0, 3, 2), new(1, 2, 2)], Tensor.Create(table, [3, 2]), 21);
        AssertSame([new(0, 3, 2)], Tensor.Create(table[..3], [3, 1]), 21);
    }

    [Fact]
    public void Sequences_of_codes_become_vectors()
    {
        var network = new Sequential(new Embedding(6, 4, new RandomSource(2)), new Flatten());
        var codes = Tensor.Create([0f, 5, 3, 3, 1, 4], [2, 3]);
        (byte[] file, _) = OnnxFile.Write(network, [3]);
        using var peer = new OnnxRuntimePeer(file);
        Assert.Equal([.. network.Predict(codes)], peer.Run(codes).Values);
    }

    private static void AssertSame(CategoryColumn[] columns, Tensor<float> table, int opset)
    {
        var network = new Sequential(new CategoryEmbedding(columns, new RandomSource(1)));
        (byte[] file, _) = OnnxFile.Write(network, [table.Lengths[1]], new() { Opset = opset });
        using var peer = new OnnxRuntimePeer(file);
        Tensor<float> expected = network.Predict(table);
        (float[] values, long[] shape) = peer.Run(table);
        Assert.Equal([.. expected], values);
        Assert.Equal([expected.Lengths[0], expected.Lengths[1]], shape.Select(length => (nint)length));
    }
}
