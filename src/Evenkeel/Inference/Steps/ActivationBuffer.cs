using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>The layout and the memory of the activations between two steps.</summary>
/// <param name="layout">The layout of a sample.</param>
internal sealed class ActivationBuffer(ActivationLayout layout)
{
    /// <summary>The layout of a sample.</summary>
    public ActivationLayout Layout => layout;

    /// <summary>The offset of the first sample in the workspace, in floats; set once memory is planned.</summary>
    public int Offset { get; set; }

    /// <summary>True if these are the inputs of a call, which are read where the caller has them.</summary>
    public bool IsInput { get; init; }
}
