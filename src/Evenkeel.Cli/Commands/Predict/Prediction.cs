using System.Numerics.Tensors;
using Evenkeel.Cli.Commands.Samples;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Numerics;

namespace Evenkeel.Cli.Commands.Predict;

/// <summary>Predicts the classes of samples, batch by batch.</summary>
/// <param name="network">The network.</param>
/// <param name="form">The shape of its samples.</param>
internal sealed class Prediction(Layer network, SampleForm form)
{
    private const int BatchSize = 250;
    private const int MaximumValues = 1 << 28;

    /// <summary>The number of samples so far.</summary>
    public long Samples { get; private set; }

    /// <summary>The number of samples whose class is their label.</summary>
    public long Correct { get; private set; }

    /// <summary>The number of samples whose probabilities are not finite.</summary>
    public long NotFinite { get; private set; }

    /// <summary>Predicts all samples of a source.</summary>
    /// <exception cref="InvalidDataException">A sample cannot be read.</exception>
    /// <exception cref="IOException">A file cannot be read, or the output not written.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Run(SampleSource source, PredictionWriter writer, CancellationToken cancellationToken)
    {
        int size = Math.Clamp(MaximumValues / form.Count, 1, BatchSize);
        float[] values = new float[size * form.Count];
        while (source.Read(values, size) is > 0 and var count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var input = Tensor.Create(values.AsSpan(0, count * form.Count).ToArray(), [count, .. form.Lengths]);
            Tensor<float> output = Predict(input);
            ReadOnlySpan<float> outputs = output.Elements(), probabilities = NetworkProbabilities.FromOutput(network, output).Elements();
            int classes = outputs.Length / count;
            for (int i = 0; i < count; i++)
            {
                // Probabilities may be equal where logits differ.
                int predicted = TensorPrimitives.IndexOfMax(outputs.Slice(i * classes, classes));
                float probability = probabilities[i * classes + predicted];
                writer.Write(Samples, source.NameOf(Samples), predicted, probability);
                Correct += source.Labels is { } labels && labels[(int)Samples] == predicted ? 1 : 0;
                NotFinite += float.IsFinite(probability) ? 0 : 1;
                Samples++;
            }

            writer.Flush();
        }

        writer.Flush(); // the header, where there are no samples
    }

    private Tensor<float> Predict(Tensor<float> input)
    {
        try
        {
            return network.Predict(input);
        }
        catch (ArgumentException e)
        {
            // A normalization by the statistics of the batch refuses a single value.
            throw new InvalidDataException(
                $"The network cannot predict a batch of {ScaleRendering.Counted(input.Lengths[0], "sample")}: {OneLine.Of(e)}", e);
        }
    }
}
