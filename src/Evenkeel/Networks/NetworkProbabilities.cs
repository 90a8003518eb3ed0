using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Networks;

/// <summary>Probabilities of classes from networks that were trained on logits.</summary>
public static class NetworkProbabilities
{
    /// <summary>Predicts the probabilities of classes: the softmax of the network's output, along its last axis.</summary>
    /// <remarks>
    /// <para>pᵢ = e^zᵢ/Σ e^zⱼ, where z is the output of <see cref="Layer.Predict(Tensor{float})"/>.</para>
    /// <para>
    /// It suits networks that <c>SoftmaxCrossEntropy</c> trained, which end with logits. What a <see cref="Softmax"/> or a
    /// <see cref="Sigmoid"/> at the end of the network gives are probabilities, and stays as it is. <c>PredictorOptions.Probabilities</c>
    /// does it for compiled networks.
    /// </para>
    /// </remarks>
    /// <param name="network">The network, which is not changed.</param>
    /// <param name="input">The input, dense, batch first; the batch may have no samples.</param>
    /// <returns>The probabilities, of the output's shape, in a new tensor.</returns>
    /// <exception cref="ArgumentException">The input's shape does not fit a layer, or it is not dense, or samples are empty.</exception>
    /// <exception cref="ArgumentException">The network gives one logit per sample, whose softmax would always be 1.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses the network.</exception>
    public static Tensor<float> PredictProbabilities(this Layer network, Tensor<float> input)
    {
        ArgumentNullException.ThrowIfNull(network);
        using ThreadGuard.Scope call = network.Enter();
        Tensor<float> output = network.Predict(input);
        CheckClasses(network, output.Lengths, nameof(network));
        return FromOutput(network, output);
    }

    /// <summary>Turns the output of a network into probabilities, in a new tensor.</summary>
    internal static Tensor<float> FromOutput(Layer network, Tensor<float> output)
    {
        Tensor<float> probabilities = Tensor.CreateFromShapeUninitialized<float>(output.Lengths);
        if (GivesProbabilities(network))
        {
            output.Elements().CopyTo(probabilities.Elements());
        }
        else if (!output.IsEmpty)
        {
            int classes = (int)output.Lengths[^1];
            SoftmaxAxis.Forward(output.Elements(), (int)output.FlattenedLength / classes, classes, 1, probabilities.Elements());
        }

        return probabilities;
    }

    /// <summary>True if a network's output needs no softmax: it ends with one, or with a sigmoid.</summary>
    internal static bool GivesProbabilities(Layer network) => network switch
    {
        Sequential sequential => GivesProbabilities(sequential.Layers[^1]),
        Graph graph => GivesProbabilities(graph.Nodes[^1].Layer),
        _ => network is Softmax or Sigmoid,
    };

    /// <summary>Throws if the softmax of a network's output would be 1 whatever the output.</summary>
    /// <param name="network">The network.</param>
    /// <param name="output">The output's shape, batch first.</param>
    /// <param name="parameter">The name of the parameter that the exception is about.</param>
    internal static void CheckClasses(Layer network, ReadOnlySpan<nint> output, string parameter)
    {
        if (!GivesProbabilities(network) && (output.Length < 2 || output[^1] == 1))
        {
            throw new ArgumentException(
                $"The network's output is {Shape.Describe(output)}, one number per sample, whose softmax would always be 1: the "
                + $"probability of one class is the {nameof(Sigmoid)} of its logit.",
                parameter);
        }
    }
}
