namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>A descent in the plane of a model's two weights, with the bias at its best at each step.</summary>
/// <remarks>Above the least loss, the loss is ½·h₁₁·d₁² + h₁₂·d₁·d₂ + ½·h₂₂·d₂², where d is the distance of the weights from the
/// optimum.</remarks>
/// <param name="H11">The curvature along the first weight.</param>
/// <param name="H12">The mixed curvature.</param>
/// <param name="H22">The curvature along the second weight.</param>
/// <param name="Optimum1">The best first weight.</param>
/// <param name="Optimum2">The best second weight.</param>
/// <param name="Path">Where the descent was after some of the steps, the last among them.</param>
internal sealed record WeightPlane(
    double H11, double H12, double H22, double Optimum1, double Optimum2, IReadOnlyList<PathPoint> Path);
