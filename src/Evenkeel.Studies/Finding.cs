namespace Evenkeel.Studies;

/// <summary>Whether a claim holds.</summary>
internal enum Finding
{
    /// <summary>The numbers do not decide.</summary>
    NotShown,

    /// <summary>The claim holds.</summary>
    Holds,

    /// <summary>The claim is refuted.</summary>
    DoesNotHold,
}
