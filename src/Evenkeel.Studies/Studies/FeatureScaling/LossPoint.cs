namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>A model's loss on its training rows after some steps.</summary>
/// <param name="Step">How many steps it had taken.</param>
/// <param name="Loss">The mean squared error.</param>
internal readonly record struct LossPoint(int Step, double Loss);
