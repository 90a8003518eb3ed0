namespace Evenkeel.Training;

/// <summary>The progress of training after a step.</summary>
/// <param name="Epoch">The current epoch, counted from 1.</param>
/// <param name="Update">The last step within the epoch, counted from 1.</param>
/// <param name="UpdatesPerEpoch">The number of steps per epoch.</param>
/// <param name="Loss">The loss of the step's batch.</param>
public readonly record struct TrainingProgress(int Epoch, int Update, int UpdatesPerEpoch, double Loss);
