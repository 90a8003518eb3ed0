using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Tables.Inspection;

/// <summary>What a normalization layer does to its channels in inference, and what it learned.</summary>
/// <param name="Path">The path of the layer.</param>
/// <param name="Type">The name of its type.</param>
/// <param name="Inputs">The moments of each channel of its inputs.</param>
/// <param name="Outputs">The moments of each channel of its outputs.</param>
/// <param name="Running">The ranges of running means and variances; null without these.</param>
/// <param name="Weight">The range of γ; null without γ.</param>
/// <param name="Bias">The range of β; null without β.</param>
internal sealed record NormalizationEffect(
    string Path,
    string Type,
    IReadOnlyList<Moments> Inputs,
    IReadOnlyList<Moments> Outputs,
    (Extrema Mean, Extrema Variance)? Running,
    Extrema? Weight,
    Extrema? Bias)
{
    private const int BatchSize = 1000;

    /// <summary>Runs a network on rows, and measures the inputs and outputs of its normalization layers, first to last.</summary>
    /// <param name="network">The network.</param>
    /// <param name="features">The features [rows, width].</param>
    /// <param name="width">The number of features.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static IReadOnlyList<NormalizationEffect> Of(
        Layer network, ReadOnlySpan<float> features, int width, CancellationToken cancellationToken)
    {
        (string Path, Layer Layer)[] layers = [.. network.NamedLayers().Where(named => named.Layer is SetNormalization)];
        var inputs = new Moments[layers.Length][];
        var outputs = new Moments[layers.Length][];
        IDisposable[] observations =
        [
            .. layers.Select((named, i) => named.Layer.Observe((_, input, output) =>
            {
                inputs[i] = Merged(inputs[i], input);
                outputs[i] = Merged(outputs[i], output);
            })),
        ];
        try
        {
            int rows = layers.Length == 0 ? 0 : features.Length / width;
            for (int start = 0; start < rows; start += BatchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = Math.Min(BatchSize, rows - start);
                network.Predict(Tensor.Create(features.Slice(start * width, count * width).ToArray(), [count, width]));
            }
        }
        finally
        {
            Array.ForEach(observations, observation => observation.Dispose());
        }

        return [.. layers.Select((named, i) => Of(named.Path, named.Layer, inputs[i], outputs[i]))];
    }

    private static NormalizationEffect Of(string path, Layer layer, Moments[] inputs, Moments[] outputs)
    {
        (Parameter? weight, Parameter? bias) = layer switch
        {
            ChannelNormalization normalization => (normalization.Weight, normalization.Bias),
            RowNormalization normalization => (normalization.Weight, normalization.Bias),
            _ => (null, null),
        };
        (Extrema, Extrema)? running = layer is RunningNormalization { RunningStatistics: { } statistics }
            ? (
                RangeOf(Enumerable.Range(0, (int)statistics.Mean.FlattenedLength).Select(channel => statistics.Mean[channel])),
                RangeOf(Enumerable.Range(0, (int)statistics.Mean.FlattenedLength).Select(statistics.VarianceAt)))
            : null;
        return new NormalizationEffect(path, layer.GetType().Name, inputs, outputs, running, RangeOf(weight), RangeOf(bias));
    }

    private static Moments[] Merged(Moments[]? before, Tensor<float> values)
    {
        var moments = new Moments[values.Lengths[1]];
        ChannelMoments.Compute<float>(values.Elements(), ChannelView.Of(values.Lengths, axis: 1), moments);
        return before is null ? moments : [.. before.Zip(moments, (a, b) => Moments.Merge(a, b))];
    }

    private static Extrema? RangeOf(Parameter? parameter) =>
        parameter is null ? null : RangeOf(parameter.Value.Elements().ToArray().Select(value => (double)value));

    private static Extrema RangeOf(IEnumerable<double> values) =>
        values.Aggregate(Extrema.Empty, (range, value) => Extrema.Merge(range, new Extrema(value, value)));
}
