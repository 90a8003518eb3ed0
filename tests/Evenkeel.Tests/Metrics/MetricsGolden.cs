using System.Text.Json;

namespace Evenkeel.Tests.Metrics;

/// <summary>Labels and predictions, and scikit-learn's measures of them; <c>Golden/metrics.py</c> writes them.</summary>
public sealed class MetricsGolden
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Lazy<MetricsGolden> Read = new(() => JsonSerializer.Deserialize<MetricsGolden>(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Metrics", "Golden", "metrics.json")), Names)!);

    public static MetricsGolden Values => Read.Value;

    public required Classification[] Classifications { get; init; }

    public required Regression[] Regressions { get; init; }

    public sealed class Classification
    {
        public required string Name { get; init; }

        public required int Classes { get; init; }

        public required bool IsSingle { get; init; }

        public required int[] Labels { get; init; }

        public required double[] Probabilities { get; init; }

        public required int[] Predictions { get; init; }

        public required long[] Confusion { get; init; }

        public required double Accuracy { get; init; }

        public required double BalancedAccuracy { get; init; }

        public required double Matthews { get; init; }

        public required double[][] PerClass { get; init; }

        public required double[] Macro { get; init; }

        public required double[] Micro { get; init; }

        public required double[] Weighted { get; init; }

        public required double LogLoss { get; init; }

        public required double? RocArea { get; init; }

        public required Curve?[] RocCurves { get; init; }

        public required double Brier { get; init; }

        public required double[][] Calibration { get; init; }
    }

    public sealed record Curve(double[] Fpr, double[] Tpr, double[] Thresholds, double Area);

    public sealed record Regression(
        string Name,
        double[] Targets,
        double[] Predictions,
        double RSquared,
        double RootMeanSquaredError,
        double MeanAbsoluteError,
        double MeanError,
        double MaximumError);
}
