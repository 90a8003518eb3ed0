namespace Evenkeel.Tables.Importance;

/// <summary>The coefficient of a feature in a linear model of standardized features.</summary>
/// <param name="Feature">The name of the feature.</param>
/// <param name="Class">The class whose logit it adds to, against all others; null for a regression.</param>
/// <param name="Value">The change of the logit, or of the target in its standard deviations, per standard deviation of the feature.</param>
public sealed record FeatureCoefficient(string Feature, string? Class, double Value);
