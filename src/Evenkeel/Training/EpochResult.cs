namespace Evenkeel.Training;

/// <summary>The result of an epoch of training.</summary>
/// <param name="Number">The number of the epoch, counted from 1.</param>
/// <param name="Loss">The mean loss over the samples, each with the weights of its own step; NaN without samples.</param>
/// <param name="Updates">The number of steps.</param>
/// <param name="Samples">The number of samples.</param>
/// <param name="Elapsed">The duration, without validation.</param>
/// <param name="Completed">
/// Whether the epoch was completed; false if training was cancelled before its last step, or within its validation.
/// </param>
public sealed record EpochResult(int Number, double Loss, int Updates, int Samples, TimeSpan Elapsed, bool Completed)
{
    /// <summary>The evaluation on the validation data after the epoch; null without such data, and if training was cancelled.</summary>
    public Evaluation? Validation { get; init; }

    /// <summary>The optimizer's learning rate at the last step of the epoch.</summary>
    public double LearningRate { get; init; }
}
