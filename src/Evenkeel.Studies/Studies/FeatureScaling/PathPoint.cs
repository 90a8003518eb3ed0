namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>Where a descent was.</summary>
/// <param name="Step">After how many steps.</param>
/// <param name="Weight1">The first weight.</param>
/// <param name="Weight2">The second weight.</param>
internal readonly record struct PathPoint(int Step, double Weight1, double Weight2);
