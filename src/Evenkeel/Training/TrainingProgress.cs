namespace Evenkeel.Training;

/// <summary>Where training stands, after a step.</summary>
/// <param name="Epoch">The epoch under way, counted from 1.</param>
/// <param name="Update">The step just taken within the epoch, counted from 1.</param>
/// <param name="UpdatesPerEpoch">How many steps an epoch has.</param>
/// <param name="Loss">The loss of the step's batch.</param>
public readonly record struct TrainingProgress(int Epoch, int Update, int UpdatesPerEpoch, double Loss);
