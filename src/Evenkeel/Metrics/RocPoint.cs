namespace Evenkeel.Metrics;

/// <summary>A point of a <see cref="RocCurve"/>: the rates if samples with at least a given score are predicted as positive.</summary>
/// <param name="Threshold">The least score of a positive prediction; ∞ at the curve's start, where there are none.</param>
/// <param name="FalsePositiveRate">The fraction of negatives that are predicted as positive, 0 to 1.</param>
/// <param name="TruePositiveRate">The fraction of positives that are predicted as positive, 0 to 1.</param>
public readonly record struct RocPoint(double Threshold, double FalsePositiveRate, double TruePositiveRate);
