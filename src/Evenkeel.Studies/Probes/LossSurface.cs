using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Studies.Probes;

/// <summary>A network's loss on one batch, in training, as a function of all its parameters.</summary>
/// <param name="network">The network.</param>
/// <param name="inputs">The batch's inputs.</param>
/// <param name="labels">The batch's labels.</param>
internal sealed class LossSurface(Layer network, Tensor<float> inputs, Tensor<int> labels)
{
    private readonly SoftmaxCrossEntropy _loss = new();

    /// <summary>Computes the loss at the current parameters, and its gradient in the parameters.</summary>
    public double Differentiate()
    {
        double loss = _loss.Forward(network.Forward(inputs, Pass.Training), labels);
        foreach (Parameter parameter in network.Parameters)
        {
            parameter.ZeroGradient();
        }

        network.BackwardToParameters(_loss.Backward());
        return loss;
    }

    /// <summary>A copy of all parameters, one after the other.</summary>
    public float[] Point() => Joined(parameter => parameter.Value);

    /// <summary>A copy of the gradient with respect to all parameters, one after the other.</summary>
    public float[] Gradient() => Joined(parameter => parameter.Gradient);

    /// <summary>Moves the network to origin − step·direction.</summary>
    public void MoveTo(ReadOnlySpan<float> origin, float step, ReadOnlySpan<float> direction)
    {
        foreach (Parameter parameter in network.Parameters)
        {
            // A fused call would round once on some machines and twice on others.
            Span<float> values = parameter.Value.Elements();
            TensorPrimitives.Multiply(direction[..parameter.Length], -step, values);
            TensorPrimitives.Add(values, origin[..parameter.Length], values);
            origin = origin[parameter.Length..];
            direction = direction[parameter.Length..];
        }
    }

    private float[] Joined(Func<Parameter, Tensor<float>> part) =>
        [.. network.Parameters.SelectMany(parameter => part(parameter).Elements().ToArray())];
}
