namespace Evenkeel.Numerics.Loops;

/// <summary>The order in which a pass that reduces and then maps reads and writes memory.</summary>
internal enum MemoryOrder
{
    /// <summary>A sweep reduces all sets, another maps them.</summary>
    TwoSweeps,

    /// <summary>A group of sets is reduced, and then mapped out of the cache.</summary>
    SetBySet,

    /// <summary>Sets are mapped while the next ones are reduced.</summary>
    Fused,
}
