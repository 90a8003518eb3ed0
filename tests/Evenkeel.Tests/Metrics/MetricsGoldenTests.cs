using Evenkeel.Metrics;

namespace Evenkeel.Tests.Metrics;

/// <summary>All measures against those of scikit-learn.</summary>
public class MetricsGoldenTests
{
    private const double Tolerance = 1e-13;

    public static TheoryData<string> Classifications => [.. MetricsGolden.Values.Classifications.Select(golden => golden.Name)];

    public static TheoryData<string> Regressions => [.. MetricsGolden.Values.Regressions.Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Classifications))]
    public void Confusion_matrices_are_those_of_scikit_learn(string name)
    {
        MetricsGolden.Classification golden = Classification(name);
        var matrix = new ConfusionMatrix(golden.Classes);
        matrix.Add(golden.Labels, golden.Predictions);

        Assert.Equal(golden.Confusion, from actual in Enumerable.Range(0, golden.Classes)
                                       from predicted in Enumerable.Range(0, golden.Classes)
                                       select matrix[actual, predicted]);
        Assert.Equal(golden.Accuracy, matrix.Accuracy, Tolerance);
        Assert.Equal(golden.BalancedAccuracy, matrix.BalancedAccuracy, Tolerance);
        Assert.Equal(golden.Matthews, matrix.MatthewsCorrelation, Tolerance);
        AssertScores(golden.Macro, matrix.MacroAverage);
        AssertScores(golden.Micro, matrix.MicroAverage);
        AssertScores(golden.Weighted, matrix.WeightedAverage);
        for (int k = 0; k < golden.Classes; k++)
        {
            AssertScores(golden.PerClass[k], matrix.Scores(k));
            Assert.Equal(golden.PerClass[k][3], matrix.Scores(k).Support);
        }
    }

    [Theory]
    [MemberData(nameof(Classifications))]
    public void Measures_of_probabilities_are_those_of_scikit_learn(string name)
    {
        MetricsGolden.Classification golden = Classification(name);
        var metrics = new ClassificationMetrics(golden.Classes);
        if (golden.IsSingle)
        {
            metrics.Add(golden.Labels, Array.ConvertAll(golden.Probabilities, value => (float)value));
        }
        else
        {
            metrics.Add(golden.Labels, golden.Probabilities);
        }

        // scikit-learn computes in the precision of the probabilities.
        double tolerance = golden.IsSingle ? 1e-6 : Tolerance;
        Assert.Equal(golden.Accuracy, metrics.Confusion.Accuracy);
        Assert.Equal(golden.LogLoss, metrics.LogLoss, tolerance * golden.LogLoss);
        Assert.Equal(golden.Brier, metrics.BrierScore, tolerance);
        AssertCalibration(golden.Calibration, metrics.Calibration);
        Assert.Equal(golden.RocArea is not null, metrics.HasAllClasses);
        if (golden.RocArea is double area)
        {
            Assert.Equal(area, metrics.RocArea(), Tolerance);
        }
        else
        {
            Assert.Throws<InvalidOperationException>(() => metrics.RocArea());
        }

        for (int k = 0; k < golden.Classes; k++)
        {
            if (golden.RocCurves[k] is { } curve)
            {
                AssertCurve(curve, metrics.Roc(k));
            }
            else
            {
                Assert.Throws<InvalidOperationException>(() => metrics.Roc(k));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Regressions))]
    public void Regression_measures_are_those_of_scikit_learn(string name)
    {
        MetricsGolden.Regression golden = MetricsGolden.Values.Regressions.Single(regression => regression.Name == name);
        var metrics = new RegressionMetrics();
        metrics.Add(golden.Targets, golden.Predictions);

        Assert.Equal(golden.Targets.Length, metrics.Count);
        Assert.Equal(golden.RSquared, metrics.RSquared, Tolerance);
        Assert.Equal(golden.RootMeanSquaredError, metrics.RootMeanSquaredError, Tolerance);
        Assert.Equal(golden.MeanAbsoluteError, metrics.MeanAbsoluteError, Tolerance);
        Assert.Equal(golden.MeanError, metrics.MeanError, Tolerance);
        Assert.Equal(golden.MaximumError, metrics.MaximumError);
    }

    private static MetricsGolden.Classification Classification(string name) =>
        MetricsGolden.Values.Classifications.Single(golden => golden.Name == name);

    private static void AssertScores(double[] expected, ClassScores actual)
    {
        Assert.Equal(expected[0], actual.Precision, Tolerance);
        Assert.Equal(expected[1], actual.Recall, Tolerance);
        Assert.Equal(expected[2], actual.F1, Tolerance);
    }

    private static void AssertCalibration(double[][] expected, CalibrationCurve actual)
    {
        CalibrationBin[] bins = [.. actual.Bins.Where(bin => bin.Count > 0)];
        Assert.Equal(expected.Length, bins.Length);
        double error = 0;
        for (int b = 0; b < bins.Length; b++)
        {
            Assert.Equal(expected[b][0], bins[b].MeanProbability, Tolerance);
            Assert.Equal(expected[b][1], bins[b].PositiveFraction, Tolerance);
            error += bins[b].Count * Math.Abs(expected[b][1] - expected[b][0]);
        }

        Assert.Equal(error / actual.Count, actual.ExpectedError, Tolerance);
        Assert.Equal(expected.Max(bin => Math.Abs(bin[1] - bin[0])), actual.MaximumError, Tolerance);
    }

    private static void AssertCurve(MetricsGolden.Curve expected, RocCurve actual)
    {
        Assert.Equal(expected.Area, actual.Area, Tolerance);
        Assert.Equal(expected.Fpr, actual.Points.Select(point => point.FalsePositiveRate));
        Assert.Equal(expected.Tpr, actual.Points.Select(point => point.TruePositiveRate));
        Assert.Equal([double.PositiveInfinity, .. expected.Thresholds], actual.Points.Select(point => point.Threshold));
    }
}
