using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics.Columns;
using Evenkeel.Numerics.Simd;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>Maps each column to a uniform or normal distribution by the ranks of its values.</summary>
/// <remarks>
/// <para>
/// y = F(x), or Φ⁻¹(F(x)) for the normal distribution. F interpolates linearly between the quantiles q₀ ≤ … ≤ qₘ of the column, at the
/// probabilities i/m; a number that equals several of them gets the mean of the lowest and the highest of their probabilities. Numbers
/// up to q₀ get 0, from qₘ on 1. Φ⁻¹ is taken of the range from 10⁻⁷ − 2⁻⁵² to 1 − (10⁻⁷ − 2⁻⁵²), which is ±5.2.
/// </para>
/// <para>
/// Fit is exact, but its result cannot be fitted further. PartialFit and Merge keep a <see cref="QuantileSketch"/> per column, which is
/// exact up to its capacity.
/// </para>
/// <para>Source: scikit-learn's <c>QuantileTransformer</c>, without subsampling.</para>
/// </remarks>
public sealed class QuantileTransformer : Scaler, IScalerKind
{
    /// <summary>The largest number of quantiles.</summary>
    public const int MaximumQuantiles = 65_536;

    /// <summary>How close to 0 and 1 probabilities are told apart, as in scikit-learn.</summary>
    private const double Threshold = 1e-7;

    private static readonly double Lowest = ElementaryFunctions.NormalQuantile(Threshold - Math.ScaleB(1, -52));
    private static readonly double Highest = ElementaryFunctions.NormalQuantile(1 - (Threshold - Math.ScaleB(1, -52)));

    private QuantileStatistics _statistics;

    /// <summary>Creates a scaler.</summary>
    /// <param name="quantiles">
    /// The number of quantiles, from 2 to <see cref="MaximumQuantiles"/>; with fewer rows than that, one for each row, but at least 2.
    /// </param>
    /// <param name="distribution">The distribution of the result.</param>
    /// <param name="sketchCapacity">The <see cref="QuantileSketch.Capacity"/> of the sketches that PartialFit keeps.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="quantiles"/> is not from 2 to <see cref="MaximumQuantiles"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such distribution.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="sketchCapacity"/> is below <see cref="QuantileSketch.MinimumCapacity"/>.
    /// </exception>
    public QuantileTransformer(
        int quantiles = 1000,
        OutputDistribution distribution = OutputDistribution.Uniform,
        int sketchCapacity = QuantileSketch.DefaultCapacity)
    {
        if (quantiles is < 2 or > MaximumQuantiles)
        {
            throw new ArgumentOutOfRangeException(
                nameof(quantiles), quantiles, Invariant($"The number of quantiles must be from 2 to {MaximumQuantiles}."));
        }

        if (!Enum.IsDefined(distribution))
        {
            throw new ArgumentOutOfRangeException(nameof(distribution), distribution, "There is no such distribution.");
        }

        MaxQuantiles = quantiles;
        Distribution = distribution;
        _statistics = new QuantileStatistics(
            rows => Evenly((int)Math.Clamp(rows, 2, quantiles)), sketchCapacity);
    }

    /// <summary>The number of quantiles if there are as many rows.</summary>
    public int MaxQuantiles { get; }

    /// <summary>The distribution of the result.</summary>
    public OutputDistribution Distribution { get; }

    /// <summary>The quantiles of each column, in the unit of x, at equal distances of probability from 0 to 1.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Quantiles => [.. _statistics.Columns.Select(column => column.Quantiles.AsReadOnly())];

    static string IScalerKind.Kind => "quantile";

    static Scaler IScalerKind.Create(JsonFields settings) => new QuantileTransformer(
        settings.Integer("max_quantiles", MaximumQuantiles), settings.Choice<OutputDistribution>("distribution"));

    /// <summary>Returns probabilities at equal distances, from 0 to 1.</summary>
    internal static double[] Evenly(int count) => [.. Enumerable.Range(0, count).Select(i => i / (count - 1.0))];

    internal override Scaler Copy()
    {
        var copy = (QuantileTransformer)base.Copy();
        copy._statistics = _statistics.Copy();
        return copy;
    }

    internal override void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteNumber("max_quantiles", MaxQuantiles);
        json.WriteString("distribution", JsonNames.Of(Distribution));
    }

    internal override void WriteColumn(Utf8JsonWriter json, int column) => _statistics.Write(json, column);

    internal override void SettleState() => _statistics.SettleState();

    internal override void WriteStateColumn(Utf8JsonWriter json, int column) => _statistics.WriteState(json, column);

    private protected override void ReadStateStatistics(IReadOnlyList<JsonFields> columns) => _statistics.ReadState(columns);

    private protected override void ReadStatistics(IReadOnlyList<JsonFields> columns) => _statistics.Read(columns, 2, MaxQuantiles);

    private protected override void AccumulateWhole<T>(in Table<T> table, ReadOnlySpan<double> weights) =>
        _statistics.SetWhole(table, weights);

    private protected override void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh) =>
        _statistics.Add(table, weights, fresh);

    private protected override void MergeStatistics(Scaler other) =>
        _statistics.Merge(((QuantileTransformer)other)._statistics, fresh: Columns == 0);

    private protected override bool HasSettingsOf(Scaler other) =>
        other is QuantileTransformer scaler && scaler.MaxQuantiles == MaxQuantiles && scaler.Distribution == Distribution;

    private protected override Rejection Map<T>(in Table<T> table, Span<T> destination, bool inverse)
    {
        double[][] quantiles = Array.ConvertAll(_statistics.Columns, column => column.Quantiles);
        bool isNormal = Distribution == OutputDistribution.Normal;
        return inverse
            ? ColumnFunction.Apply(table.Elements, table.View, new Inverse(quantiles, isNormal), destination)
            : ColumnFunction.Apply(table.Elements, table.View, new Forward(quantiles, isNormal), destination);
    }

    private readonly struct Forward(double[][] quantiles, bool isNormal) : IColumnFunction
    {
        public bool Rejects(int column, double x) => double.IsInfinity(x);

        public double Value(int column, double x)
        {
            double probability = Probability(quantiles[column], x);
            return isNormal ? Math.Clamp(ElementaryFunctions.NormalQuantile(probability), Lowest, Highest) : probability;
        }

        private static double Probability(double[] q, double x)
        {
            int last = q.Length - 1;
            if (!(x > q[0] && x < q[last]))
            {
                return double.IsNaN(x) ? x : x <= q[0] ? 0 : 1;
            }

            int upper = SortedValues.CountAtMost(q, x), lower = SortedValues.CountBelow(q, x);
            return lower < upper
                ? 0.5 * (lower / (double)last + (upper - 1) / (double)last)
                : Interpolation.Between((lower - 1) / (double)last, lower / (double)last, (x - q[lower - 1]) / (q[lower] - q[lower - 1]));
        }
    }

    private readonly struct Inverse(double[][] quantiles, bool isNormal) : IColumnFunction
    {
        public bool Rejects(int column, double x) => double.IsInfinity(x);

        public double Value(int column, double x)
        {
            if (double.IsNaN(x))
            {
                return x;
            }

            double[] q = quantiles[column];
            double probability = isNormal ? ElementaryFunctions.NormalDistribution(x) : x, margin = isNormal ? Threshold : 0;
            if (probability <= 0 || probability - margin < 0)
            {
                return q[0];
            }

            if (probability >= 1 || probability + margin > 1)
            {
                return q[^1];
            }

            double position = probability * (q.Length - 1);
            int before = Math.Min((int)position, q.Length - 2);
            return Interpolation.Between(q[before], q[before + 1], position - before);
        }
    }
}
