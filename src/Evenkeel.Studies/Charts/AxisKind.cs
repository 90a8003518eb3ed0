namespace Evenkeel.Studies.Charts;

/// <summary>How an axis is divided.</summary>
internal enum AxisKind
{
    /// <summary>Evenly.</summary>
    Linear,

    /// <summary>By factors of ten.</summary>
    Log,

    /// <summary>By names, each with a place of its own, in the order of the runs.</summary>
    Names,
}
