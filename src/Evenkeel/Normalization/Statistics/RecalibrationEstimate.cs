namespace Evenkeel.Normalization;

/// <summary>What <see cref="Recalibration"/> makes of the batches that reach a layer.</summary>
public enum RecalibrationEstimate
{
    /// <summary>The mean and variance of all values together, however they are cut into batches: precise statistics.</summary>
    Pooled,

    /// <summary>
    /// The mean of the batches' means, and the mean of their variances, each times m/(m − 1) with its own m: the estimate of the
    /// paper of batch normalization. Each batch counts once, whatever its size.
    /// </summary>
    AverageOfBatches,
}
