namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>How much of the training data a network classified rightly after some updates.</summary>
/// <param name="Update">How many updates it had taken.</param>
/// <param name="TrainAccuracy">The fraction of the training images it classified rightly, from 0 to 1.</param>
internal readonly record struct AccuracyPoint(int Update, double TrainAccuracy);
