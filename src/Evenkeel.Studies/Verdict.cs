namespace Evenkeel.Studies;

/// <summary>What a study says about its claim.</summary>
/// <param name="Finding">Whether it holds.</param>
/// <param name="Reason">The numbers that this rests on, in sentences.</param>
internal sealed record Verdict(Finding Finding, string Reason)
{
    /// <summary>How many seeds a verdict takes.</summary>
    public const int FewestSeeds = 3;

    /// <summary>The finding in words.</summary>
    public string Words => Finding switch
    {
        Finding.Holds => "holds",
        Finding.DoesNotHold => "does not hold",
        _ => "not shown",
    };
}
