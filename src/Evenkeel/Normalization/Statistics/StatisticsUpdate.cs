namespace Evenkeel.Normalization;

/// <summary>When the running statistics take in a batch.</summary>
public enum StatisticsUpdate
{
    /// <summary>At each training pass.</summary>
    InTraining,

    /// <summary>Never.</summary>
    Never,
}
