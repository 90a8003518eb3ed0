using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Onnx.Protos;

namespace Evenkeel.Onnx.Writing;

/// <summary>Writes normalizations.</summary>
internal static class NormalizationWriter
{
    private const int OpsetOfAxesAsInput = 18;
    private const int OpsetOfGroupNormalization = 21;
    private const int OpsetOfRmsNormalization = 23;

    /// <summary>ε of a batch normalization whose map is not written by its statistics.</summary>
    private const float PlainEpsilon = 1e-5f;

    /// <summary>Why ONNX has no form of a normalization; null where it has.</summary>
    public static string? Obstacle(ChannelNormalization normalization, OnnxValue x) => normalization switch
    {
        RunningNormalization running when IsByConstants(running) => null,
        InstanceNorm => x.Rank >= 3 ? null : "ONNX normalizes instances of images and sequences only",
        RunningNormalization => "it normalizes by the statistics of the batch in inference too",
        GroupNorm => null,
        _ => "it is a type of your own",
    };

    /// <summary>Writes a normalization per channel of a tensor with the channels first.</summary>
    /// <returns>The name of the output.</returns>
    public static string Write(GraphWriter graph, string path, ChannelNormalization normalization, OnnxValue x) => normalization switch
    {
        RunningNormalization running when IsByConstants(running) => WriteBatch(graph, path, running, x),
        GroupNorm group => WriteGroup(graph, path, group, x),
        _ => WriteInstance(graph, path, normalization, x),
    };

    /// <summary>Writes a normalization of rows.</summary>
    /// <returns>The name of the output.</returns>
    public static string Write(GraphWriter graph, string path, RowNormalization normalization, OnnxValue x)
    {
        nint[] lengths = [.. normalization.NormalizedShape];
        string weight = normalization.Weight is null
            ? graph.Constant($"{path}.weight", Filled(lengths, 1), lengths)
            : graph.Constant($"{path}.weight", normalization.Weight.Value.Elements(), lengths);
        AttributeProto[] attributes =
            [GraphWriter.Attribute("axis", (long)-lengths.Length), GraphWriter.Attribute("epsilon", normalization.Epsilon)];
        if (normalization is LayerNorm)
        {
            string[] inputs = normalization.Bias is null
                ? [x.Name, weight]
                : [x.Name, weight, graph.Constant($"{path}.bias", normalization.Bias.Value.Elements(), lengths)];
            return graph.Node(path, "LayerNormalization", inputs, attributes);
        }

        return graph.Opset >= OpsetOfRmsNormalization
            ? graph.Node(path, "RMSNormalization", [x.Name, weight], attributes)
            : WriteRmsByParts(graph, path, normalization, x, weight);
    }

    private static bool IsByConstants(RunningNormalization normalization) =>
        normalization.RunningStatistics is not null && normalization.Source != StatisticsSource.Batch;

    private static string WriteBatch(GraphWriter graph, string path, RunningNormalization normalization, OnnxValue x)
    {
        int channels = normalization.Channels;
        float[] scale = new float[channels], shift = new float[channels], mean = new float[channels], variance = new float[channels];
        float epsilon = (float)normalization.Epsilon;
        (double Scale, double Shift)[] maps = normalization.InferenceMaps();
        bool hasVariance = normalization is BatchNorm or GhostBatchNorm or AccumulatedBatchNorm or InstanceNorm;
        var statistics = hasVariance ? (RunningStatistics)normalization.RunningStatistics! : null;
        epsilon = hasVariance ? epsilon : PlainEpsilon;
        for (int c = 0; c < channels; c++)
        {
            if (statistics is null)
            {
                (mean[c], variance[c]) = (0, 1);
                scale[c] = (float)(maps[c].Scale * Math.Sqrt(1.0 + epsilon));
                shift[c] = (float)maps[c].Shift;
                continue;
            }

            mean[c] = (float)statistics.Mean[c];
            variance[c] = (float)statistics.Variance[c];
            scale[c] = normalization.Weight?.Value[c] ?? 1;

            // β takes what is lost where the mean is rounded, which may be many standard deviations from 0.
            shift[c] = (float)((normalization.Bias?.Value[c] ?? 0) - (statistics.Mean[c] - mean[c]) * maps[c].Scale);
        }

        return graph.Node(
            path,
            "BatchNormalization",
            [
                x.Name,
                graph.Constant($"{path}.weight", scale, channels),
                graph.Constant($"{path}.bias", shift, channels),
                graph.Constant($"{path}.running_mean", mean, channels),
                graph.Constant($"{path}.running_var", variance, channels),
            ],
            GraphWriter.Attribute("epsilon", epsilon),
            GraphWriter.Attribute("momentum", 1 - (normalization.RunningStatistics?.RunningAverage.NewWeight ?? 0.1)));
    }

    private static string WriteInstance(GraphWriter graph, string path, ChannelNormalization normalization, OnnxValue x)
    {
        (string scale, string shift) = Affine(graph, path, normalization);
        return graph.Node(
            path, "InstanceNormalization", [x.Name, scale, shift], GraphWriter.Attribute("epsilon", normalization.Epsilon));
    }

    private static string WriteGroup(GraphWriter graph, string path, GroupNorm normalization, OnnxValue x)
    {
        AttributeProto epsilon = GraphWriter.Attribute("epsilon", normalization.Epsilon);
        if (graph.Opset >= OpsetOfGroupNormalization && x.Rank >= 3)
        {
            (string weight, string bias) = Affine(graph, path, normalization);
            return graph.Node(
                path,
                "GroupNormalization",
                [x.Name, weight, bias],
                epsilon,
                GraphWriter.Attribute("num_groups", (long)normalization.Groups));
        }

        nint[] lengths = x.IsTransposed ? [x.Shape[^1], .. x.Shape[..^1]] : x.Shape;
        string groups = graph.Node(
            $"{path}.groups", "Reshape", [x.Name, graph.Integers($"{path}.groups.shape", 0, normalization.Groups, -1)]);
        string normalized = graph.Node(
            $"{path}.normalized",
            "InstanceNormalization",
            [
                groups,
                graph.Constant($"{path}.ones", Filled([normalization.Groups], 1), normalization.Groups),
                graph.Constant($"{path}.zeros", Filled([normalization.Groups], 0), normalization.Groups),
            ],
            epsilon);
        string ungrouped = graph.Node(
            $"{path}.channels",
            "Reshape",
            [normalized, graph.Integers($"{path}.channels.shape", [0, .. lengths.Select(length => (long)length)])]);
        nint[] perChannel = [normalization.Channels, .. lengths[1..].Select(_ => (nint)1)];
        string product = graph.Node(
            $"{path}.product",
            "Mul",
            [ungrouped, graph.Constant($"{path}.weight", Values(normalization.Weight, normalization.Channels, 1), perChannel)]);
        return graph.Node(
            path, "Add", [product, graph.Constant($"{path}.bias", Values(normalization.Bias, normalization.Channels, 0), perChannel)]);
    }

    /// <summary>x/√(mean of x² + ε)·γ.</summary>
    private static string WriteRmsByParts(GraphWriter graph, string path, RowNormalization normalization, OnnxValue x, string weight)
    {
        long[] axes = [.. Enumerable.Range(1, normalization.NormalizedShape.Count).Reverse().Select(i => (long)-i)];
        string square = graph.Node($"{path}.square", "Mul", [x.Name, x.Name]);
        string mean = graph.Opset >= OpsetOfAxesAsInput
            ? graph.Node($"{path}.mean", "ReduceMean", [square, graph.Integers($"{path}.axes", axes)])
            : graph.Node($"{path}.mean", "ReduceMean", [square], GraphWriter.Attribute("axes", axes.Select(axis => (int)axis)));
        string sum = graph.Node($"{path}.sum", "Add", [mean, graph.Scalar($"{path}.epsilon", (float)normalization.Epsilon)]);
        string quotient = graph.Node($"{path}.quotient", "Div", [x.Name, graph.Node($"{path}.root", "Sqrt", [sum])]);
        return graph.Node(path, "Mul", [quotient, weight]);
    }

    private static (string Weight, string Bias) Affine(GraphWriter graph, string path, ChannelNormalization normalization)
    {
        int channels = normalization.Channels;
        return (
            graph.Constant($"{path}.weight", Values(normalization.Weight, channels, 1), channels),
            graph.Constant($"{path}.bias", Values(normalization.Bias, channels, 0), channels));
    }

    private static float[] Values(Parameter? parameter, int length, float absent) =>
        parameter is null ? Filled([length], absent) : parameter.Value.Elements().ToArray();

    private static float[] Filled(ReadOnlySpan<nint> lengths, float value)
    {
        nint length = 1;
        foreach (nint axis in lengths)
        {
            length *= axis;
        }

        var values = new float[length];
        Array.Fill(values, value);
        return values;
    }
}
