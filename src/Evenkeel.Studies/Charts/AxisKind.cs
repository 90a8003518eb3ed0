namespace Evenkeel.Studies.Charts;

/// <summary>The scale of an axis.</summary>
internal enum AxisKind
{
    /// <summary>A linear scale.</summary>
    Linear,

    /// <summary>A logarithmic scale.</summary>
    Log,

    /// <summary>Categories, in the order of the runs.</summary>
    Names,
}
