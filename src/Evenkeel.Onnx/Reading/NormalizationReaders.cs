using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Onnx.Reading;

/// <summary>Reads normalizations, which stay what they are: layers with statistics, γ and β of their own.</summary>
internal static class NormalizationReaders
{
    private const int OpsetOfScalePerChannel = 21;
    private const int OpsetOfTrainingMode = 14;
    private const float DefaultEpsilon = 1e-5f;

    /// <summary>The memory of a channel's parameters and statistics.</summary>
    private const int BytesPerChannel = 256;

    /// <summary>The name of group normalizations that a file has by their parts; no operator of a file has it.</summary>
    public const string GroupsOfChannels = "group normalization by parts";

    public static OnnxInput Batch(NetworkReader network, NodeReader node, string name)
    {
        NetworkValue x = node.X;
        node.Expect("spatial", 1);
        node.Expect("training_mode", 0);
        node.Ignore("is_test", "consumed_inputs");
        double momentum = node.Number("momentum", 0.9f), epsilon = node.Number("epsilon", DefaultEpsilon);
        int channels = Channels(node, x);
        if (node.Opset < OpsetOfTrainingMode && node.Node.Output.Count(output => output.Length > 0) > 1)
        {
            throw new NodeException("it has more than one output, as in training");
        }

        float[] mean = node.Floats(3, "mean", channels), variance = node.Floats(4, "variance", channels);
        RunningAverage average = network.Options.RunningAverage ?? AverageOf(momentum);
        var layer = new BatchNorm(channels, new BatchNormOptions
        {
            Epsilon = epsilon,
            RunningAverage = average,
            RunningVariance = network.Options.RunningVariance,
        });
        CopyAffine(node, channels, layer.Weight!, layer.Bias!);
        int negative = 0;
        for (int c = 0; c < channels; c++)
        {
            if (!float.IsFinite(mean[c]) || !float.IsFinite(variance[c]) || !(variance[c] + epsilon > 0))
            {
                throw new NodeException(
                    Invariant($"channel {c} has the running mean {mean[c]}, the variance {variance[c]} and an epsilon of {epsilon:G4}, ")
                    + "which give no finite output");
            }

            // Rounding elsewhere can have left a variance below 0: with 0 in its place, γ makes up for the difference.
            if (variance[c] < 0)
            {
                negative++;
                layer.Weight!.Value[c] = (float)(layer.Weight.Value[c] * Math.Sqrt(epsilon / (variance[c] + epsilon)));
            }

            layer.RunningStatistics!.Mean[c] = mean[c];
            layer.RunningStatistics.Variance[c] = Math.Max(variance[c], 0);
        }

        if (negative > 0)
        {
            network.Notes.Add(
                Invariant($"'{name}': {negative} of {channels} running variances are negative, the least {variance.Min()}; ")
                + "they became 0, with a larger γ to match, which recalibration keeps");
        }

        layer.RunningStatistics!.BatchesTracked = 1;
        string estimator = network.Options.RunningVariance == VarianceEstimator.Population ? "population's" : "sample's";
        network.Notes.Add(
            Invariant($"batch normalization: assumed that the momentum {momentum:G4} weighs the old average, ")
            + $"and that training keeps the {estimator} variance");
        return network.Add(name, layer, x);
    }

    public static OnnxInput Instance(NetworkReader network, NodeReader node, string name)
    {
        NetworkValue x = node.X;
        int channels = Channels(node, x);
        CheckSets(x, perSet: 1);
        var layer = new InstanceNorm(channels, new() { Epsilon = node.Number("epsilon", DefaultEpsilon), Affine = true });
        node.Ignore("consumed_inputs");
        CopyAffine(node, channels, layer.Weight!, layer.Bias!);
        return network.Add(name, layer, x);
    }

    public static OnnxInput Group(NetworkReader network, NodeReader node, string name)
    {
        NetworkValue x = node.X;
        int channels = Channels(node, x), groups = ProductReaders.Positive(node.Integer("num_groups", 0), "num_groups");
        node.Ignore("stash_type");
        CheckSets(x, channels / groups);
        var layer = new GroupNorm(groups, channels, new() { Epsilon = node.Number("epsilon", DefaultEpsilon) });
        if (node.Opset >= OpsetOfScalePerChannel)
        {
            CopyAffine(node, channels, layer.Weight!, layer.Bias!);
        }
        else
        {
            Spread(node.Floats(1, "scale", groups), layer.Weight!);
            Spread(node.Floats(2, "bias", groups), layer.Bias!);
        }

        return network.Add(name, layer, x);
    }

    /// <summary>Reads a group normalization that the file has by its parts, with γ and β of a shape that fits the channels.</summary>
    public static OnnxInput GroupByParts(NetworkReader network, NodeReader node, string name)
    {
        NetworkValue x = node.X;
        int channels = Channels(node, x), groups = ProductReaders.Positive(node.Integer("num_groups", 0), "num_groups");
        CheckSets(x, channels / groups);
        var layer = new GroupNorm(groups, channels, new() { Epsilon = node.Number("epsilon", DefaultEpsilon) });
        CopyChannels(x, node.Constant(1, "scale"), layer.Weight!);
        CopyChannels(x, node.Constant(2, "bias"), layer.Bias!);
        if (!ShapeReaders.Resolve(x, ShapeReaders.LengthsOf(node.Input(3)), zeroIsZero: false).AsSpan().SequenceEqual(x.Sample))
        {
            throw new NodeException($"its groups are not reshaped back to {x.Shape}");
        }

        return network.Add(name, layer, x);
    }

    public static OnnxInput Layer(NetworkReader network, NodeReader node, string name)
    {
        (NetworkValue x, int[] shape, double epsilon) = Rows(node);
        OnnxTensor? bias = node.OptionalConstant(2, "bias");
        var layer = new LayerNorm(shape, new LayerNormOptions { Epsilon = epsilon, Bias = bias is not null });
        Fill(node.Constant(1, "scale"), layer.Weight!);
        if (bias is not null)
        {
            Fill(bias, layer.Bias!);
        }

        return network.Add(name, layer, x);
    }

    public static OnnxInput RootMeanSquare(NetworkReader network, NodeReader node, string name)
    {
        (NetworkValue x, int[] shape, double epsilon) = Rows(node);
        var layer = new RmsNorm(shape, new RmsNormOptions { Epsilon = epsilon });
        Fill(node.Constant(1, "scale"), layer.Weight!);
        return network.Add(name, layer, x);
    }

    private static int Channels(NodeReader node, NetworkValue x)
    {
        node.Charge(BytesPerChannel * (long)x.Sample[0]);
        return (int)x.Sample[0];
    }

    private static RunningAverage AverageOf(double momentum) => momentum is >= 0 and < 1
        ? RunningAverage.FromOnnx(momentum)
        : throw new NodeException(Invariant($"its momentum is {momentum}; expected 0 or more and less than 1"));

    private static (NetworkValue X, int[] Shape, double Epsilon) Rows(NodeReader node)
    {
        NetworkValue x = node.X;
        int axis = x.Axis(node.Integer("axis", -1));
        node.Ignore("stash_type");
        node.Charge(BytesPerChannel * x.Sample[(axis - 1)..].Aggregate(1L, (product, length) => checked(product * length)));
        return (x, [.. x.Sample[(axis - 1)..].Select(length => (int)length)], node.Number("epsilon", DefaultEpsilon));
    }

    /// <summary>Throws where sets have one value, which has no variance.</summary>
    /// <param name="x">The input.</param>
    /// <param name="perSet">The channels of a set.</param>
    private static void CheckSets(NetworkValue x, int perSet)
    {
        if (perSet <= 1 && x.Sample[1..].All(length => length == 1))
        {
            throw new NodeException($"its input {x.Shape} has one value to normalize, which has no variance");
        }
    }

    private static void CopyAffine(NodeReader node, int channels, Parameter weight, Parameter bias)
    {
        node.Floats(1, "scale", channels).CopyTo(weight.Value.Elements());
        node.Floats(2, "bias", channels).CopyTo(bias.Value.Elements());
    }

    /// <summary>Copies a constant whose shape is that of the parameter, or a part of its last axes.</summary>
    private static void Fill(OnnxTensor constant, Parameter parameter)
    {
        ReadOnlySpan<nint> lengths = parameter.Value.Lengths;
        if (constant.Lengths.Length > lengths.Length || !lengths[^constant.Lengths.Length..].SequenceEqual(constant.Lengths))
        {
            throw new NodeException($"its '{constant.Name}' is {constant.Shape}, which does not fit the rows");
        }

        float[] values = constant.AsFloats();
        Span<float> elements = parameter.Value.Elements();
        for (int start = 0; start < elements.Length; start += values.Length)
        {
            values.CopyTo(elements[start..]);
        }
    }

    /// <summary>Copies a constant that has a number for each channel, or one for all.</summary>
    private static void CopyChannels(NetworkValue x, OnnxTensor constant, Parameter parameter)
    {
        if (ArithmeticReaders.AxisOf(x, constant) != 1)
        {
            throw new NodeException($"its '{constant.Name}' is {constant.Shape}, which does not fit {parameter.Length} channels");
        }

        float[] values = constant.AsFloats();
        Span<float> elements = parameter.Value.Elements();
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = values[values.Length == 1 ? 0 : i];
        }
    }

    private static void Spread(float[] perGroup, Parameter parameter)
    {
        Span<float> elements = parameter.Value.Elements();
        int size = elements.Length / perGroup.Length;
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = perGroup[i / size];
        }
    }
}
