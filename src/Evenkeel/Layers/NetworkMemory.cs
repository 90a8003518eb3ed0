using System.Numerics.Tensors;

namespace Evenkeel.Layers;

/// <summary>What the layers of a network, and of the networks inside it, share: memory for gradients, and for the outputs of a prediction.</summary>
/// <param name="owner">The outermost network, whose backward pass begins with all gradients dead.</param>
internal sealed class NetworkMemory(Layer owner)
{
    /// <summary>For gradients: a gradient is dead once the layer before has used it.</summary>
    public LentMemory Gradients { get; } = new();

    /// <summary>For outputs, while the network predicts: in other passes the backward pass still needs them.</summary>
    public LentMemory Outputs { get; } = new() { IsOpen = false };

    /// <summary>Begins a backward pass: where it is the outermost network's, what the one before returned is dead.</summary>
    public void BeginBackward(Layer network, Tensor<float> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        if (ReferenceEquals(network, owner))
        {
            Gradients.Begin(outputGradient);
        }
    }

    /// <summary>Runs a network, the outermost or one inside, with outputs in lent memory.</summary>
    public Tensor<float> Predict(Layer network, Tensor<float> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Outputs.Begin(input);
        Outputs.IsOpen = true;
        try
        {
            return network.Forward(input, Pass.Inference);
        }
        finally
        {
            Outputs.IsOpen = false;
        }
    }
}
