namespace Evenkeel.Lab.Training;

/// <summary>What can be changed while two runs train; what is null stays.</summary>
/// <param name="LearningRate">The learning rate of both.</param>
/// <param name="IsPaused">Whether they wait.</param>
internal sealed record PairControl(double? LearningRate = null, bool? IsPaused = null);
