using System.Numerics.Tensors;
using System.Text.Json;

namespace Evenkeel.Tests.Scaling;

/// <summary>A column, and what scikit-learn makes of it; <c>Golden/quantile_scalers.py</c> writes them.</summary>
public sealed class QuantileScalersGolden
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Lazy<QuantileScalersGolden[]> AllColumns = new(() => JsonSerializer.Deserialize<QuantileScalersGolden[]>(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Scaling", "Golden", "quantile-scalers.json")),
        Names)!);

    public static IReadOnlyList<QuantileScalersGolden> All => AllColumns.Value;

    public required string Name { get; init; }

    public required double?[] Values { get; init; }

    public required RobustValues[] Robust { get; init; }

    public YeoJohnsonValues? YeoJohnson { get; init; }

    /// <summary>The column as a table, missing values as NaN.</summary>
    public Tensor<double> Table => Tensor.Create(Numbers(Values), [Values.Length, 1]);

    public static double[] Numbers(double?[] values) => Array.ConvertAll(values, value => value ?? double.NaN);

    public sealed record RobustValues(double Lower, double Upper, double Center, double Scale);

    public sealed record YeoJohnsonValues(double Lambda, double Mean, double Deviation, double?[] Transformed);
}
