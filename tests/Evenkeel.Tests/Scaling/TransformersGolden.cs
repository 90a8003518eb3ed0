using System.Text.Json;

namespace Evenkeel.Tests.Scaling;

/// <summary>A column, and what scikit-learn makes of it; <c>Golden/transformers.py</c> writes them.</summary>
public sealed class TransformersGolden
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Lazy<Content> File = new(() => JsonSerializer.Deserialize<Content>(
        System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Scaling", "Golden", "transformers.json")),
        Names)!);

    public static IReadOnlyList<TransformersGolden> All => File.Value.Columns;

    /// <summary>Pairs of a number and Φ of it.</summary>
    public static double[][] NormalDistribution => File.Value.NormalDistribution;

    public required string Name { get; init; }

    public required double?[] Values { get; init; }

    public required double?[] Points { get; init; }

    public required QuantileValues[] Quantile { get; init; }

    public required BinValues[] Bins { get; init; }

    public required ImputedValues Imputed { get; init; }

    public required PipelineValues Pipeline { get; init; }

    public sealed record QuantileValues(int Count, string Distribution, double?[] Transformed, double?[] From, double?[] Inverse);

    public sealed record BinValues(int Bins, string Strategy, double?[] Edges, double?[] At, double?[] Transformed, double?[] Inverse);

    public sealed record ImputedValues(double Mean, double Median, double MostFrequent);

    public sealed record PipelineValues(double?[] Transformed, double?[] Inverse);

    private sealed record Content(double[][] NormalDistribution, TransformersGolden[] Columns);
}
