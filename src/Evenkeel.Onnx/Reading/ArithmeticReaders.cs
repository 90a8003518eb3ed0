using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Onnx.Reading;

/// <summary>Reads sums and products: of tensors of the network, and with constants for each channel.</summary>
internal static class ArithmeticReaders
{
    /// <summary>The memory of a channel's scale and shift, with their gradients.</summary>
    private const int BytesPerChannel = 64;

    public static OnnxInput Add(NetworkReader network, NodeReader node, string name)
    {
        if (node.KnownInputs is [NetworkValue first, NetworkValue second])
        {
            NetworkValue[] inputs = ShapeReaders.Distinct(network, name, [first, second]);
            return !first.IsFactors && !second.IsFactors && first.Sample.AsSpan().SequenceEqual(second.Sample)
                ? network.Combine(name, Combination.Sum, 1, first.Sample, inputs)
                : throw new NodeException($"it adds {first.Shape} and {second.Shape}; they must have the same shape");
        }

        (NetworkValue x, string input, OnnxTensor constant) = WithConstant(node);
        return ProductReaders.AddBias(network, x, input, constant, name)
            ?? AddShift(network, x, input, constant, name)
            ?? Affine(network, node, name, x, null, constant, 1);
    }

    public static OnnxInput Subtract(NetworkReader network, NodeReader node, string name)
    {
        OnnxTensor constant = node.Constant(1, "subtrahend");
        return Affine(network, node, name, node.X, null, constant, -1);
    }

    public static OnnxInput Multiply(NetworkReader network, NodeReader node, string name)
    {
        if (node.KnownInputs is [NetworkValue first, NetworkValue second])
        {
            return AsActivation(network, node, name, first, second) ?? AsActivation(network, node, name, second, first)
                ?? Product(network, name, first, second);
        }

        (NetworkValue x, _, OnnxTensor constant) = WithConstant(node);
        return Affine(network, node, name, x, constant, null, 1);
    }

    public static OnnxInput Divide(NetworkReader network, NodeReader node, string name)
    {
        OnnxTensor divisor = node.Constant(1, "divisor");
        NetworkValue x = node.X;
        return Affine(network, node, name, x, divisor with { Floats = [.. divisor.AsFloats().Select(Reciprocal)] }, null, 1);

        static float Reciprocal(float value) => value == 0 || !float.IsFinite(value) || float.IsNormal(1 / value)
            ? 1 / value
            : throw new NodeException(Invariant($"it divides by {value}, whose reciprocal single precision does not have"));
    }

    /// <summary>Whether a number is ⅙, as hard swish has it, but for rounding.</summary>
    public static bool IsSixth(double number) => Math.Abs(number - 1.0 / 6) < 1e-6;

    private static (NetworkValue X, string Input, OnnxTensor Constant) WithConstant(NodeReader node) => node.Inputs switch
    {
        [NetworkValue x, ConstantValue constant] => (x, node.Node.Input[0], constant.Tensor),
        [ConstantValue constant, NetworkValue x] => (x, node.Node.Input[1], constant.Tensor),
        _ => throw new NodeException("it has no tensor of the network and a constant, nor two tensors"),
    };

    /// <summary>x·σ(x) and x·h(x), where nothing else reads σ(x) or h(x): SiLU and hard swish.</summary>
    private static NetworkValue? AsActivation(NetworkReader network, NodeReader node, string name, NetworkValue x, NetworkValue gate)
    {
        string input = node.Inputs[0] == gate ? node.Node.Input[0] : node.Node.Input[1];
        if (x.IsFactors || network.SoleSource(gate, input) is not { Inputs: [var source] } gateNode || source != x.Node)
        {
            return null;
        }

        return gateNode.Layer switch
        {
            Sigmoid => network.Replace(gateNode, name, new Silu(), x.Sample),
            HardSigmoid { Offset: 0.5 } hard when IsSixth(hard.Slope) =>
                network.Replace(gateNode, name, new HardSwish(), x.Sample),
            _ => null,
        };
    }

    private static NetworkValue Product(NetworkReader network, string name, NetworkValue first, NetworkValue second)
    {
        NetworkValue[] inputs = ShapeReaders.Distinct(network, name, [first, second]);
        if (!first.IsFactors && !second.IsFactors && first.Sample.AsSpan().SequenceEqual(second.Sample))
        {
            return network.Combine(name, Combination.Product, 1, first.Sample, inputs);
        }

        bool isFirstLarger = !first.IsFactors && Size(first) >= Size(second);
        (NetworkValue larger, NetworkValue factors) = isFirstLarger ? (first, second) : (second, first);
        int axis = (larger.IsFactors ? null : ChannelAxis(larger, factors.Sample))
            ?? throw new NodeException($"it multiplies {first.Shape} and {second.Shape}; factors of channels can be read, no others");
        return network.Combine(name, Combination.Product, axis, larger.Sample, inputs);
    }

    private static long Size(NetworkValue value) => value.Sample.Aggregate(1L, (product, length) => product * length);

    /// <summary>The axis of channels that the factors of a sample belong to: all other lengths are 1.</summary>
    private static int? ChannelAxis(NetworkValue x, nint[] factors)
    {
        if (factors.Length != x.Sample.Length)
        {
            return null;
        }

        int[] axes = [.. Enumerable.Range(1, factors.Length).Where(i => factors[i - 1] != 1)];
        return axes switch
        {
            [] => factors.Length >= 1 && x.Sample[0] == 1 ? 1 : null,
            [var axis] when factors[axis - 1] == x.Sample[axis - 1] => axis,
            _ => null,
        };
    }

    /// <summary>Gives a scale without a shift one, where only the given addition reads it; null where that is not so.</summary>
    private static NetworkValue? AddShift(NetworkReader network, NetworkValue x, string input, OnnxTensor constant, string name)
    {
        if (network.SoleSource(x, input) is not { Layer: ChannelAffine { Bias: null } scale } source
            || AxisOf(x, constant) is not { } axis || axis != scale.ChannelAxis)
        {
            return null;
        }

        ChannelAffine layer = Create(scale.Channels, axis, scale.Weight.Value.ToArray(), Values(constant, scale.Channels, 1));
        return network.Replace(source, name, layer, x.Sample);
    }

    private static NetworkValue Affine(
        NetworkReader network, NodeReader node, string name, NetworkValue x, OnnxTensor? scale, OnnxTensor? shift, float sign)
    {
        OnnxTensor constant = scale ?? shift!;
        int axis = AxisOf(x, constant) ?? throw new NodeException(
            $"its constant '{constant.Name}' is {constant.Shape} for {x.Shape}; only one number, or one for each channel, can be read");
        int channels = (int)x.Sample[axis - 1];
        node.Charge(BytesPerChannel * (long)channels);
        return network.Add(
            name,
            Create(
                channels,
                axis,
                scale is null ? null : Values(scale, channels, 1),
                shift is null ? null : Values(shift, channels, sign)),
            x);
    }

    private static ChannelAffine Create(int channels, int axis, float[]? scale, float[]? shift)
    {
        var layer = new ChannelAffine(channels, bias: shift is not null, axis);
        scale?.CopyTo(layer.Weight.Value.Elements());
        shift?.CopyTo(layer.Bias!.Value.Elements());
        return layer;
    }

    private static float[] Values(OnnxTensor constant, int count, float sign)
    {
        float[] values = constant.AsFloats();
        return [.. Enumerable.Range(0, count).Select(i => sign * values[values.Length == 1 ? 0 : i])];
    }

    /// <summary>The axis of a batch that a constant has numbers for: all its other lengths are 1.</summary>
    public static int? AxisOf(NetworkValue x, OnnxTensor constant)
    {
        if (constant.Count == 1)
        {
            return constant.Lengths.Length <= x.Rank ? 1 : null;
        }

        int missing = x.Rank - constant.Lengths.Length;
        int[] axes = [.. Enumerable.Range(0, constant.Lengths.Length).Where(i => constant.Lengths[i] != 1)];
        return axes is [var axis] && missing >= 0 && axis + missing >= 1 && x.Sample[axis + missing - 1] == constant.Lengths[axis]
            ? axis + missing
            : null;
    }
}
