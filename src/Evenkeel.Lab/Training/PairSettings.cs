namespace Evenkeel.Lab.Training;

/// <summary>The settings of two runs.</summary>
/// <param name="First">Those of the first.</param>
/// <param name="Second">Those of the second.</param>
internal sealed record PairSettings(RunSettings First, RunSettings Second);
