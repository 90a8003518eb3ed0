namespace Evenkeel.Layers;

/// <summary>The pass in which dropout compensates for dropped elements.</summary>
public enum DropoutKind
{
    /// <summary>Training divides the kept elements by 1 − p; inference is the identity.</summary>
    Inverted,

    /// <summary>Inference multiplies by 1 − p; training only drops. The original paper's form.</summary>
    Classic,
}
