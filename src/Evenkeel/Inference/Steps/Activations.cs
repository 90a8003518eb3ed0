using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>Where the activations between two steps lie: their layout, and their offset in the workspace.</summary>
internal sealed class Activations
{
    /// <summary>Creates activations.</summary>
    /// <param name="layout">The layout of a sample.</param>
    public Activations(ActivationLayout layout) => Layout = layout;

    /// <summary>The layout of a sample.</summary>
    public ActivationLayout Layout { get; }

    /// <summary>The offset of the first sample in the workspace, in floats; set once memory is planned.</summary>
    public int Offset { get; set; }

    /// <summary>True if these are the inputs of a call, which are read where the caller has them.</summary>
    public bool IsInput { get; init; }
}
