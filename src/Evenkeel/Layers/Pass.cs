namespace Evenkeel.Layers;

/// <summary>The purpose of a forward pass.</summary>
/// <remarks>It is an argument of each call; layers have no hidden training mode.</remarks>
public enum Pass
{
    /// <summary>Training: layers normalize by batch statistics, update running statistics and apply dropout.</summary>
    Training,

    /// <summary>
    /// Inference: layers normalize by running statistics, update nothing and apply no dropout, so that a sample's output does not depend on
    /// the others.
    /// </summary>
    Inference,
}
