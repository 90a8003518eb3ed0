namespace Evenkeel.Layers;

/// <summary>Where dropout makes up for what it drops.</summary>
public enum DropoutKind
{
    /// <summary>In training, by dividing what is kept by 1 − p; inference is the identity.</summary>
    Inverted,

    /// <summary>In inference, by multiplying with 1 − p; training only drops. The paper's form.</summary>
    Classic,
}
