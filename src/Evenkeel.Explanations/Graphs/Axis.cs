namespace Evenkeel.Explanations.Graphs;

/// <summary>What each number of a node belongs to.</summary>
internal enum Axis
{
    /// <summary>An element of the input.</summary>
    Element,

    /// <summary>A set of elements that share statistics.</summary>
    Set,

    /// <summary>An element of γ or β.</summary>
    Parameter,
}
