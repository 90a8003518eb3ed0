namespace Evenkeel.Studies;

/// <summary>The finding about a claim.</summary>
internal enum Finding
{
    /// <summary>The numbers are not conclusive.</summary>
    NotShown,

    /// <summary>The claim holds.</summary>
    Holds,

    /// <summary>The claim is refuted.</summary>
    DoesNotHold,
}
