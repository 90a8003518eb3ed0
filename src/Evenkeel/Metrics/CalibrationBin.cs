namespace Evenkeel.Metrics;

/// <summary>The samples whose predicted probability is in an interval, and how often the event occurred.</summary>
/// <param name="Lower">The lower bound of the interval, not in it unless it is 0.</param>
/// <param name="Upper">The upper bound of the interval, in it.</param>
/// <param name="Count">The number of samples.</param>
/// <param name="MeanProbability">The mean predicted probability; NaN without samples.</param>
/// <param name="PositiveFraction">The fraction of samples for which the event occurred; NaN without samples.</param>
public readonly record struct CalibrationBin(double Lower, double Upper, long Count, double MeanProbability, double PositiveFraction);
