namespace Evenkeel.Studies.Results;

/// <summary>One measured number.</summary>
/// <param name="Quantity">What was measured.</param>
/// <param name="X">Where, such as after how many updates; 0 where there is one number only.</param>
/// <param name="Value">The number; null where it is not finite.</param>
internal sealed record Measurement(string Quantity, double X, double? Value);
