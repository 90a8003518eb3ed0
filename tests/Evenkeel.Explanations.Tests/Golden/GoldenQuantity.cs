namespace Evenkeel.Explanations.Tests.Golden;

/// <summary>A quantity as PyTorch computes it.</summary>
/// <param name="Section">The title of its section.</param>
/// <param name="Symbol">Its symbol, in TeX.</param>
/// <param name="Scale">The magnitude of the numbers that its values are sums of.</param>
/// <param name="Values">Its values.</param>
/// <param name="Tolerance">How far a value may be from it, relative to the larger of scale and value; null for rounding.</param>
internal sealed record GoldenQuantity(string Section, string Symbol, double Scale, double[] Values, double? Tolerance = null);
