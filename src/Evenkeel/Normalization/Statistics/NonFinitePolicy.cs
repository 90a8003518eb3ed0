namespace Evenkeel.Normalization;

/// <summary>What running statistics do with a batch that holds NaN or infinity in any channel.</summary>
/// <remarks>Taken in, one such batch would poison the running statistics for good.</remarks>
public enum NonFinitePolicy
{
    /// <summary>Leave the whole batch out and count it in <see cref="RunningMoments.BatchesSkipped"/>.</summary>
    Skip,

    /// <summary>Leave it out and throw an <see cref="ArithmeticException"/>.</summary>
    Throw,
}
