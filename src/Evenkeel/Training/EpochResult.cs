namespace Evenkeel.Training;

/// <summary>The result of an epoch of training.</summary>
/// <param name="Number">The number of the epoch, counted from 1.</param>
/// <param name="Loss">The mean loss over the samples, each with the weights of its own step; NaN without samples.</param>
/// <param name="Updates">The number of steps.</param>
/// <param name="Samples">The number of samples.</param>
/// <param name="Elapsed">The duration.</param>
/// <param name="Completed">Whether the epoch was completed; false if training was cancelled.</param>
public sealed record EpochResult(int Number, double Loss, int Updates, int Samples, TimeSpan Elapsed, bool Completed);
