namespace Evenkeel.Studies;

/// <summary>The verdict of a study on its claim.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Reason">The numbers that support it, in sentences.</param>
internal sealed record Verdict(Finding Finding, string Reason)
{
    /// <summary>The smallest number of seeds for a verdict.</summary>
    public const int MinSeeds = 3;

    /// <summary>The finding in words.</summary>
    public string Words => Finding switch
    {
        Finding.Holds => "holds",
        Finding.DoesNotHold => "does not hold",
        _ => "not shown",
    };
}
