namespace Evenkeel.Training;

/// <summary>What an epoch of training came to.</summary>
/// <param name="Number">Which epoch it was, counted from 1.</param>
/// <param name="Loss">The mean loss over the samples seen, each at the weights of its own step; NaN where none was.</param>
/// <param name="Updates">How many steps were taken.</param>
/// <param name="Samples">How many samples were seen.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Completed">Whether all samples were seen; false where training was cancelled on the way.</param>
public sealed record EpochResult(int Number, double Loss, int Updates, int Samples, TimeSpan Elapsed, bool Completed);
