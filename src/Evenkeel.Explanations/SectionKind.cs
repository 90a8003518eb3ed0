namespace Evenkeel.Explanations;

/// <summary>What a part of an explanation is about.</summary>
internal enum SectionKind
{
    /// <summary>Numbers, in the order of a computation.</summary>
    Computation,

    /// <summary>The forward pass through a graph.</summary>
    Forward,

    /// <summary>The backward pass through the same graph.</summary>
    Backward,

    /// <summary>Quantities that should be equal, or zero.</summary>
    Comparison,
}
