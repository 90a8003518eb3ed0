using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Networks;

/// <summary>
/// Folds normalization by running statistics into the linear layer before it: in inference it is an affine map, which the
/// layer's own weights can hold.
/// </summary>
/// <remarks>
/// Per output channel, W′ = W·γ/s and b′ = (b − running mean)·γ/s + β, with s = √(running variance + ε), or what else the
/// normalization divides by in inference.
/// </remarks>
public static class Folding
{
    /// <summary>A linear layer that gives what the given one and the normalization behind it give in inference.</summary>
    /// <param name="linear">The linear layer; stays as it is.</param>
    /// <param name="normalization">The normalization behind it, with running statistics.</param>
    /// <exception cref="ArgumentException">The numbers of channels differ, or the normalization uses the batch's statistics in inference.</exception>
    public static Linear Fold(Linear linear, RunningNormalization normalization)
    {
        ArgumentNullException.ThrowIfNull(linear);
        ArgumentNullException.ThrowIfNull(normalization);
        if (!CanFold(linear, normalization))
        {
            throw new ArgumentException(
                $"A normalization of {normalization.Channels} channels {(normalization.NormalizesByConstants ? "" : "by the batch's statistics ")}"
                + $"does not fold into a layer of {linear.Outputs} outputs.",
                nameof(normalization));
        }

        var folded = new Linear(linear.Inputs, linear.Outputs, bias: true);
        for (int c = 0; c < linear.Outputs; c++)
        {
            (double scale, double shift) = normalization.InferenceMap(c);
            Span<float> weights = folded.Weight.Values.Slice(c * linear.Inputs, linear.Inputs);
            linear.Weight.Values.Slice(c * linear.Inputs, linear.Inputs).CopyTo(weights);
            Scale.Apply(weights, scale, weights);
            folded.Bias!.Values[c] = (float)((linear.Bias is null ? 0 : linear.Bias.Values[c]) * scale + shift);
        }

        return folded;
    }

    /// <summary>A network that gives what the given one gives in inference, with each normalization by running statistics behind a linear layer folded into it.</summary>
    /// <param name="network">The network. It stays as it is; layers that are not folded are the same objects in both.</param>
    public static Sequential Fold(Sequential network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var layers = new List<Layer>();
        foreach (Layer layer in network.Layers)
        {
            if (layer is RunningNormalization normalization && layers is [.., Linear linear] && CanFold(linear, normalization))
            {
                layers[^1] = Fold(linear, normalization);
            }
            else
            {
                layers.Add(layer is Sequential inner ? Fold(inner) : layer);
            }
        }

        return new Sequential(layers);
    }

    /// <summary>The largest difference between what two networks give in inference.</summary>
    /// <param name="network">A network.</param>
    /// <param name="other">Another, such as the folded one.</param>
    /// <param name="inputs">What to give them.</param>
    /// <returns>The largest |difference| of two outputs, and the largest |output| to compare it with.</returns>
    /// <exception cref="ArgumentException">The outputs have different shapes.</exception>
    public static (double LargestDifference, double LargestOutput) Compare(Layer network, Layer other, Tensor<float> inputs)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(inputs);

        // The networks may share layers, and a layer uses its memory again.
        Tensor<float> first = network.Forward(inputs, Pass.Inference);
        nint[] lengths = first.Lengths.ToArray();
        float[] outputs = first.Elements().ToArray();
        Tensor<float> second = other.Forward(inputs, Pass.Inference);
        if (!second.Lengths.SequenceEqual(lengths))
        {
            throw new ArgumentException(
                $"One network gives {Shape.Describe(lengths)}, the other {Shape.Describe(second)}.", nameof(other));
        }

        float largest = TensorPrimitives.MaxMagnitude<float>(outputs);
        TensorPrimitives.Subtract(outputs, second.Elements(), outputs);
        return (Math.Abs(TensorPrimitives.MaxMagnitude<float>(outputs)), Math.Abs(largest));
    }

    private static bool CanFold(Linear linear, RunningNormalization normalization) =>
        normalization.Channels == linear.Outputs && normalization.NormalizesByConstants;
}
