using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>The samples of a batch that all steps process before the next ones, and the memory for them.</summary>
/// <param name="workspace">The workspace.</param>
/// <param name="input">The inputs of the samples, as the caller gave them.</param>
/// <param name="output">Receives the outputs of the samples.</param>
/// <param name="first">The number of the first sample in the caller's batch.</param>
/// <param name="samples">The number of samples.</param>
internal readonly unsafe struct SubBatch(float* workspace, float* input, float* output, int first, int samples)
{
    /// <summary>The inputs of the samples, as the caller gave them.</summary>
    public readonly float* Input = input;

    /// <summary>Receives the outputs of the samples.</summary>
    public readonly float* Output = output;

    /// <summary>The number of the first sample in the caller's batch, for messages.</summary>
    public readonly int First = first;

    /// <summary>The number of samples.</summary>
    public readonly int Samples = samples;

    /// <summary>The address of the first sample of activations.</summary>
    public float* Address(ActivationBuffer activations) => activations.IsInput ? Input : workspace + activations.Offset;

    /// <summary>Activations as an operand of a loop.</summary>
    public ActivationMap.Operand Operand(ActivationBuffer activations) => new(Address(activations), activations.Layout);

    /// <summary>Sets the borders of activations to zero.</summary>
    public void ClearBorder(ActivationBuffer activations) => activations.Layout.ClearBorder(Address(activations), Samples);
}
