namespace Evenkeel.Layers;

/// <summary>What a forward pass is for.</summary>
/// <remarks>It is said at each call and never remembered: no layer has a hidden training mode.</remarks>
public enum Pass
{
    /// <summary>Training: batch statistics normalize, running statistics are updated, dropout drops.</summary>
    Training,

    /// <summary>Inference: running statistics normalize, nothing is updated or dropped, a sample's output is its own.</summary>
    Inference,
}
