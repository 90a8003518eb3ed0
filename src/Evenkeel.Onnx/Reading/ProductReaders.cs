using Evenkeel.Layers;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Onnx.Reading;

/// <summary>Reads convolutions and linear layers.</summary>
internal static class ProductReaders
{
    /// <summary>Weights are drawn before they are read; which ones does not matter.</summary>
    public static readonly Initializer Zeros = new ZeroInitializer();

    public static OnnxInput Convolution(NetworkReader network, NodeReader node, string name)
    {
        OnnxTensor weight = node.Constant(1, "weight");
        NetworkValue x = node.X;
        int dimensions = weight.Lengths.Length - 2;
        if (dimensions is not (1 or 2))
        {
            throw new NodeException($"its weight is {weight.Shape}; convolutions of images and sequences are read");
        }

        WindowReader window = WindowReader.Of(node, [.. weight.Lengths[2..].Select(length => (int)length)], x);
        int groups = Positive(node.Integer("group", 1), "group");
        ChargeWeights(node, weight);
        int outputs = (int)weight.Lengths[0], inputs = Positive((long)weight.Lengths[1] * groups, "number of input channels");
        OnnxTensor? bias = node.OptionalConstant(2, "bias");
        ConvolutionLayer layer = dimensions == 2
            ? new Conv2d(inputs, outputs, window.Kernel, new RandomSource(0), new()
            {
                Stride = window.Stride,
                Padding = window.Padding,
                Dilation = window.Dilation,
                Groups = groups,
                Bias = bias is not null,
                Weights = Zeros,
            })
            : new Conv1d(inputs, outputs, window.Kernel.Width, new RandomSource(0), new()
            {
                Stride = window.Stride.Width,
                Padding = window.Padding,
                Dilation = window.Dilation.Width,
                Groups = groups,
                Bias = bias is not null,
                Weights = Zeros,
            });
        weight.AsFloats().CopyTo(layer.Weight.Value.Elements());
        if (bias is not null)
        {
            node.Floats(2, "bias", outputs).CopyTo(layer.Bias!.Value.Elements());
        }

        return network.Add(name, layer, x);
    }

    public static OnnxInput Gemm(NetworkReader network, NodeReader node, string name)
    {
        node.Expect("transA", 0);
        OnnxTensor b = node.Constant(1, "matrix B");
        bool isTransposed = node.Integer("transB", 0) != 0;
        double alpha = node.Number("alpha", 1), beta = node.Number("beta", 1);
        node.Ignore("broadcast");
        NetworkValue x = node.X;
        if (b.Lengths.Length != 2 || x.Rank != 2)
        {
            throw new NodeException($"its matrices are {x.Shape} and {b.Shape}; expected two axes each");
        }

        ChargeWeights(node, b);
        Linear layer = Create(b, isTransposed, hasBias: node.Inputs.Length > 2 && node.Inputs[2] is not null, alpha);
        if (layer.Bias is not null)
        {
            Fill(layer, node.Constant(2, "matrix C"), beta);
        }

        return network.Add(name, layer, x);
    }

    public static OnnxInput MatMul(NetworkReader network, NodeReader node, string name)
    {
        if (node.Inputs is [ConstantValue { Tensor: { Lengths.Length: 2 } a }, _] && node.Value(1) is { Rank: > 2 } columns)
        {
            // A·x over the last axis but one: xᵀ·Aᵀ, transposed.
            int[] order = [.. Enumerable.Range(0, columns.Rank - 2), columns.Rank - 1, columns.Rank - 2];
            ChargeWeights(node, a);
            NetworkValue turned = network.Add($"{name}.turned", new Permute(order), columns);
            return network.Add(
                name, new Permute(order), network.Add($"{name}.product", Create(a, isTransposed: true, hasBias: false, alpha: 1), turned));
        }

        OnnxTensor b = node.Constant(1, "second matrix");
        NetworkValue x = node.X;
        ChargeWeights(node, b);
        return b.Lengths.Length == 2
            ? network.Add(name, Create(b, isTransposed: false, hasBias: false, alpha: 1), x)
            : throw new NodeException($"its second matrix is {b.Shape}; expected two axes");
    }

    /// <summary>Gives a linear layer without a bias one, where only the given addition reads it; null where that is not so.</summary>
    public static OnnxInput? AddBias(NetworkReader network, NetworkValue x, string input, OnnxTensor constant, string name)
    {
        if (network.SoleSource(x, input) is not { Layer: Linear { Bias: null } linear } source
            || constant.Count != linear.Outputs || constant.Lengths.Length == 0 || constant.Lengths[^1] != linear.Outputs
            || constant.Lengths.Length > x.Rank)
        {
            return null;
        }

        var layer = new Linear(linear.Inputs, linear.Outputs, new RandomSource(0), weights: Zeros);
        linear.Weight.Value.Elements().CopyTo(layer.Weight.Value.Elements());
        constant.AsFloats().CopyTo(layer.Bias!.Value.Elements());
        return network.Replace(source, name, layer, [.. x.Sample[..^1], linear.Inputs]);
    }

    /// <summary>Takes the memory of weights and their gradients into account.</summary>
    private static void ChargeWeights(NodeReader node, OnnxTensor weights) => node.Charge(2L * sizeof(float) * weights.Count);

    private static Linear Create(OnnxTensor b, bool isTransposed, bool hasBias, double alpha)
    {
        int inputs = (int)b.Lengths[isTransposed ? 1 : 0], outputs = (int)b.Lengths[isTransposed ? 0 : 1];
        var layer = new Linear(inputs, outputs, new RandomSource(0), hasBias, Zeros);
        float[] values = b.AsFloats();
        Span<float> weights = layer.Weight.Value.Elements();
        for (int i = 0; i < weights.Length; i++)
        {
            float value = values[isTransposed ? i : i % inputs * outputs + i / inputs];
            weights[i] = alpha == 1 ? value : (float)(alpha * value);
        }

        return layer;
    }

    private static void Fill(Linear layer, OnnxTensor c, double beta)
    {
        float[] values = c.AsFloats();
        if (c.Count != 1 && (c.Count != layer.Outputs || c.Lengths[^1] != layer.Outputs))
        {
            throw new NodeException(Invariant($"its matrix C is {c.Shape}; expected one number, or {layer.Outputs}"));
        }

        Span<float> bias = layer.Bias!.Value.Elements();
        for (int i = 0; i < bias.Length; i++)
        {
            float value = values[c.Count == 1 ? 0 : i];
            bias[i] = beta == 1 ? value : (float)(beta * value);
        }
    }

    /// <summary>An attribute that is at least 1.</summary>
    public static int Positive(long value, string name) => value is >= 1 and <= int.MaxValue
        ? (int)value
        : throw new NodeException(Invariant($"its {name} is {value}; expected at least 1"));

    private sealed class ZeroInitializer : Initializer
    {
        public override void Fill(Span<float> weights, int inputs, int outputs, RandomStream random) => weights.Clear();
    }
}
