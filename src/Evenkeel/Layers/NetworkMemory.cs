using System.Numerics.Tensors;

namespace Evenkeel.Layers;

/// <summary>What all layers of a network share: the memory for gradients and for the outputs of a prediction, and the guard.</summary>
/// <param name="owner">The outermost network: when its backward pass begins, no gradient is in use.</param>
internal sealed class NetworkMemory(Layer owner)
{
    /// <summary>The outermost network.</summary>
    public Layer Owner => owner;

    /// <summary>Detects that two threads use the network at once.</summary>
    public ThreadGuard Guard { get; } = new();

    /// <summary>Memory for gradients; a gradient is released once the preceding layer has used it.</summary>
    public LentMemory Gradients { get; } = new();

    /// <summary>Memory for outputs, open during predictions only: after other passes, the backward pass needs the outputs.</summary>
    public LentMemory Outputs { get; } = new() { IsOpen = false };

    /// <summary>Begins a backward pass; that of the outermost network releases all gradients.</summary>
    public void BeginBackward(Layer network, Tensor<float> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        if (ReferenceEquals(network, owner))
        {
            Gradients.Begin(outputGradient);
        }
    }

    /// <summary>Runs a network, outermost or nested, with its outputs in shared memory.</summary>
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
