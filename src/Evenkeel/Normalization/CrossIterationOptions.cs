namespace Evenkeel.Normalization;

/// <summary>The settings of <see cref="CrossIterationBatchNorm"/>.</summary>
public sealed record CrossIterationOptions
{
    /// <summary>k, how many iterations' statistics count, this one among them; at least 1. Default 8.</summary>
    public int Window { get; init; } = 8;

    /// <summary>How many training steps of plain batch normalization come first, while the weights still move far. Default 0.</summary>
    public long BurnIn { get; init; }

    /// <summary>
    /// What is done with a past iteration whose carried mean square falls below its mean squared. Default: the paper's rule.
    /// </summary>
    public CrossIterationRule Rule { get; init; } = CrossIterationRule.Raise;

    /// <summary>
    /// Whether ε is added to the deviation, as the reference code has it, instead of to the variance inside the root. Default
    /// false.
    /// </summary>
    public bool EpsilonOutside { get; init; }

    /// <summary>
    /// The settings shared with batch normalization, without <see cref="BatchNormOptions.Exchange"/>.
    /// </summary>
    public BatchNormOptions BatchNorm { get; init; } = new();
}

/// <summary>
/// What is done with a past iteration whose carried mean square ν falls below its mean squared μ², where no variance can be.
/// </summary>
public enum CrossIterationRule
{
    /// <summary>ν is raised to μ²: the paper's rule, max(ν, μ²).</summary>
    Raise,

    /// <summary>The iteration is left out for this channel, and the rest averaged: the reference code's rule.</summary>
    Drop,
}
