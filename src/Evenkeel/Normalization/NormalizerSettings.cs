namespace Evenkeel.Normalization;

/// <summary>Settings for the normalizers of <see cref="NormalizerCatalog"/>, each for those that have it.</summary>
internal sealed record NormalizerSettings
{
    /// <summary>The running average; null for the default of each normalizer.</summary>
    public RunningAverage? RunningAverage { get; init; }

    /// <summary>The schedule of Batch Renormalization.</summary>
    public RenormSchedule RenormSchedule { get; init; } = RenormSchedule.Paper;

    /// <summary>The number of groups for a number of channels.</summary>
    public Func<int, int> Groups { get; init; } = NormalizerCatalog.Groups;

    /// <summary>True for an instance normalization with γ and β.</summary>
    public bool AffineInstance { get; init; }
}
