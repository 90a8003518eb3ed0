using Evenkeel.Normalization;
using Evenkeel.Scaling;

namespace Evenkeel.Tests.Scaling;

/// <summary>The scalers that are affine maps of moments or extrema, by name.</summary>
internal static class AffineScalers
{
    public static IReadOnlyDictionary<string, Func<AffineScaler>> All { get; } = new Dictionary<string, Func<AffineScaler>>
    {
        ["standard"] = () => new StandardScaler(),
        ["standard, sample"] = () => new StandardScaler(VarianceEstimator.Sample),
        ["zero mean"] = () => new ZeroMeanScaler(),
        ["unit variance"] = () => new UnitVarianceScaler(),
        ["unit variance, sample"] = () => new UnitVarianceScaler(VarianceEstimator.Sample),
        ["min-max"] = () => new MinMaxScaler(),
        ["min-max to -1..3"] = () => new MinMaxScaler(-1, 3),
        ["max-abs"] = () => new MaxAbsScaler(),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static TheoryData<string> NamesOfExtrema => [.. All.Where(entry => entry.Value() is ExtremaScaler).Select(entry => entry.Key)];

    public static TheoryData<string> NamesOfMoments => [.. All.Where(entry => entry.Value() is MomentsScaler).Select(entry => entry.Key)];

    /// <summary>What two scalers that are the same have the same, to the bit.</summary>
    public static double[] Parameters(AffineScaler scaler) =>
        [scaler.Columns, .. scaler.Center, .. scaler.Scale, .. scaler.Shift, .. Statistics(scaler)];

    private static IEnumerable<double> Statistics(AffineScaler scaler) => scaler is MomentsScaler fitted
        ? fitted.Moments.SelectMany(m => (double[])[m.Count, m.Mean, m.SumOfSquaredDeviations])
        : ((ExtremaScaler)scaler).Extrema.SelectMany(e => (double[])[e.Min, e.Max]);
}
