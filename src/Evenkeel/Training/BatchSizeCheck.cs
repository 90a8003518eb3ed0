using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using static System.FormattableString;

namespace Evenkeel.Training;

/// <summary>Finds, before the first step, a normalization that would refuse one of the batches of an epoch.</summary>
internal static class BatchSizeCheck
{
    /// <summary>Throws if a batch has too few samples for the statistics of a normalization.</summary>
    /// <param name="network">The network.</param>
    /// <param name="inputs">The inputs of all samples.</param>
    /// <param name="options">The batch size, and whether the last batch is dropped.</param>
    /// <exception cref="ArgumentException">A normalization would refuse a batch; the message has its path.</exception>
    public static void Check(Layer network, Tensor<float> inputs, FitOptions options)
    {
        int samples = (int)inputs.Lengths[0];
        int last = samples % options.BatchSize;
        if (samples >= options.BatchSize && Refusing(network, inputs, options.BatchSize) is { } refusing)
        {
            throw new ArgumentException(
                Invariant($"A batch of {options.BatchSize} has too few samples for {refusing}, which computes statistics over them: ")
                + $"set a larger {nameof(FitOptions.BatchSize)}.",
                nameof(options));
        }

        if (last > 0 && !options.DropLast && Refusing(network, inputs, last) is { } refusingLast)
        {
            throw new ArgumentException(
                Invariant($"The last batch of an epoch would have {last} of {samples} samples, too few for {refusingLast}, which ")
                + $"computes statistics over them: set {nameof(FitOptions.DropLast)}, or another {nameof(FitOptions.BatchSize)}.",
                nameof(options));
        }
    }

    private static string? Refusing(Layer network, Tensor<float> inputs, int samples)
    {
        nint[] shape = inputs.Lengths.ToArray();
        shape[0] = samples;
        NetworkSummary summary;
        try
        {
            summary = NetworkSummary.Of(network, shape);
        }
        catch (ArgumentException)
        {
            return null; // the forward pass refuses the shape, with a message of its own
        }

        // The output of a normalization has the shape of its input.
        LayerSummary? refusing = summary.Layers.FirstOrDefault(row =>
            row is { Layer: RunningNormalization normalization, OutputShape: { } lengths } && normalization.RefusesTraining([.. lengths]));
        return refusing is null ? null
            : refusing.Path.Length == 0 ? $"the {refusing.Layer.GetType().Name}"
            : $"'{refusing.Path}', a {refusing.Layer.GetType().Name}";
    }
}
