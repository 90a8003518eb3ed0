namespace Evenkeel.Studies.Charts;

/// <summary>The scale of an axis.</summary>
internal enum AxisKind
{
    /// <summary>A linear scale.</summary>
    Linear,

    /// <summary>A logarithmic scale.</summary>
    Log,

    /// <summary>A scale that is linear about 0 and logarithmic beyond 1 and −1, for numbers of either sign.</summary>
    SymmetricLog,

    /// <summary>Categories, in the order of the runs.</summary>
    Names,
}
