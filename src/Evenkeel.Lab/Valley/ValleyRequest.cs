namespace Evenkeel.Lab.Valley;

/// <summary>Two features of different scales, and how to descend.</summary>
/// <param name="Ratio">The scale of the second feature over that of the first, from 1 to 100.</param>
/// <param name="Correlation">The correlation of the features, above −1 and below 1.</param>
/// <param name="Scaled">Whether the features are standardized first.</param>
/// <param name="Optimizer">plain, momentum, rmsprop or adam.</param>
/// <param name="Rate">The learning rate, relative to 2/λ, above which plain descent diverges.</param>
/// <param name="Steps">The number of steps, from 1 to 1,000.</param>
internal sealed record ValleyRequest(double Ratio, double Correlation, bool Scaled, string Optimizer, double Rate, int Steps);
