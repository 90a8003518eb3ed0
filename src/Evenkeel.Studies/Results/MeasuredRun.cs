using System.Text.Json.Serialization;

namespace Evenkeel.Studies.Results;

/// <summary>The measurements of one run of a measured study.</summary>
/// <param name="Conditions">The level of each factor.</param>
/// <param name="Seed">The seed of its random numbers.</param>
/// <param name="Points">The recorded numbers, in order.</param>
internal sealed record MeasuredRun(IReadOnlyDictionary<string, string> Conditions, int Seed, IReadOnlyList<Measurement> Points)
{
    /// <summary>The distributions that were measured; null if there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MeasuredHistogram>? Histograms { get; init; }

    /// <summary>The numbers of a quantity, in order; NaN where one is not finite.</summary>
    internal IEnumerable<(double X, double Value)> Series(string quantity) =>
        Points.Where(point => point.Quantity == quantity).Select(point => (point.X, point.Value ?? double.NaN));

    /// <summary>The last number of a quantity; NaN where there is none.</summary>
    internal double Last(string quantity) => Series(quantity).Select(point => point.Value).LastOrDefault(double.NaN);
}
