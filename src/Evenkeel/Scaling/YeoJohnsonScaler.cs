using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>
/// Applies the Yeo–Johnson power transform, which brings each column closer to a normal distribution, of mean 0 and standard deviation 1.
/// </summary>
/// <remarks>
/// <para>
/// y = (ψ(x) − mean)/deviation with ψ(x) = ((1 + x)^λ − 1)/λ for x ≥ 0 and −((1 − x)^(2 − λ) − 1)/(2 − λ) for x &lt; 0, and logarithms for
/// powers of 0. λ maximizes the likelihood. Computations are relative to the median, so that large offsets cost no accuracy.
/// </para>
/// <para>
/// Fit is exact, but its result cannot be fitted further. PartialFit and Merge keep a <see cref="QuantileSketch"/> per column, and fit
/// to the values that it keeps: all of them, up to its capacity.
/// </para>
/// <para>
/// For λ below 0 (or above 2), ψ approaches a bound for large (or very negative) x; values at the bound or beyond have an infinite
/// inverse.
/// </para>
/// <para>Source: Yeo and Johnson, "A new family of power transformations to improve normality or symmetry", 2000.</para>
/// </remarks>
public sealed class YeoJohnsonScaler : Scaler, IScalerKind
{
    private readonly int _sketchCapacity;
    private ColumnSketches? _sketches;
    private Lazy<Transform> _transform = new(new Transform([]));

    /// <summary>Creates a scaler.</summary>
    /// <param name="standardize">True to scale the result to mean 0 and standard deviation 1.</param>
    /// <param name="sketchCapacity">The <see cref="QuantileSketch.Capacity"/> of the sketches that PartialFit keeps.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="sketchCapacity"/> is below <see cref="QuantileSketch.MinimumCapacity"/>.
    /// </exception>
    public YeoJohnsonScaler(bool standardize = true, int sketchCapacity = QuantileSketch.DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sketchCapacity, QuantileSketch.MinimumCapacity);
        Standardize = standardize;
        _sketchCapacity = sketchCapacity;
    }

    /// <summary>True to scale the result to mean 0 and standard deviation 1.</summary>
    public bool Standardize { get; }

    /// <summary>The parameters of each column's transform; shape [columns].</summary>
    public IReadOnlyList<YeoJohnsonParameters> Parameters => _transform.Value.Parameters;

    static string IScalerKind.Kind => "yeo-johnson";

    static Scaler IScalerKind.Create(JsonFields settings) => new YeoJohnsonScaler(settings.Flag("standardize"));

    internal override Scaler Copy()
    {
        var copy = (YeoJohnsonScaler)base.Copy();
        if (_sketches is not null)
        {
            copy.SetSketches(_sketches.Copy());
        }

        return copy;
    }

    internal override void WriteSettings(Utf8JsonWriter json) => json.WriteBoolean("standardize", Standardize);

    internal override void WriteColumn(Utf8JsonWriter json, int column)
    {
        YeoJohnsonParameters parameters = Parameters[column];
        json.WriteNumber("lambda", parameters.Lambda);
        if (Standardize)
        {
            json.WriteNumber("pivot", parameters.Pivot);
            json.WriteNumber("mean", parameters.Mean);
            json.WriteNumber("deviation", parameters.Deviation);
        }
    }

    internal override void SettleState() => (_sketches ?? throw ColumnSketches.NotFittedInParts()).Settle();

    internal override void WriteStateColumn(Utf8JsonWriter json, int column) => _sketches!.Write(json, column);

    private protected override void ReadStateStatistics(IReadOnlyList<JsonFields> columns) =>
        SetSketches(ColumnSketches.Read(columns, YeoJohnsonFit.Limit));

    private protected override void ReadStatistics(IReadOnlyList<JsonFields> columns)
    {
        _sketches = null;
        _transform = new Lazy<Transform>(new Transform([.. columns.Select(Read)]));
    }

    private YeoJohnsonParameters Read(JsonFields column)
    {
        var parameters = Standardize
            ? new YeoJohnsonParameters(
                column.Number("lambda"),
                column.Number("pivot"),
                column.Number("mean"),
                column.Number("deviation", YeoJohnsonFit.SmallestDeviation))
            : new YeoJohnsonParameters(column.Number("lambda"), Pivot: 0, Mean: 0, Deviation: 1);
        if (Math.Abs(parameters.Pivot) > YeoJohnsonFit.Limit)
        {
            throw column.Error(
                "pivot", Invariant($"is {parameters.Pivot}; this scaler takes magnitudes up to {YeoJohnsonFit.Limit}"));
        }

        double width = YeoJohnsonFit.Width(parameters.Pivot);
        return Math.Abs(parameters.Lambda - 1) <= width
            ? parameters
            : throw column.Error(
                "lambda", Invariant($"is {parameters.Lambda}; expected from {1 - width} to {1 + width}"));
    }

    private protected override void AccumulateWhole<T>(in Table<T> table, ReadOnlySpan<double> weights)
    {
        (double[] counts, double[] quantiles) = table.Quantiles(YeoJohnsonFit.Probabilities, weights);
        for (int c = 0; c < counts.Length; c++)
        {
            var extrema = new Extrema(quantiles[3 * c], quantiles[3 * c + 2]);
            ColumnSketches.CheckLimit(table.NumberOf(c), extrema, YeoJohnsonFit.Limit, nameof(table));
        }

        YeoJohnsonFit[] fits = YeoJohnsonFit.Compute(table.Elements, table.View, weights, counts, quantiles);
        _sketches = null;
        _transform = new Lazy<Transform>(TransformOf(fits));
    }

    private protected override void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh)
    {
        ColumnSketches sketches = fresh ? NewSketches(table.Columns) : _sketches ?? throw ColumnSketches.NotFittedInParts();
        sketches.Add(table, weights);
        SetSketches(sketches);
    }

    private protected override void MergeStatistics(Scaler other)
    {
        ColumnSketches others = ((YeoJohnsonScaler)other)._sketches ?? throw ColumnSketches.NotFittedInParts();
        ColumnSketches sketches = Columns == 0 ? NewSketches(other.Columns) : _sketches ?? throw ColumnSketches.NotFittedInParts();
        sketches.Merge(others);
        SetSketches(sketches);
    }

    private protected override bool HasSettingsOf(Scaler other) => ((YeoJohnsonScaler)other).Standardize == Standardize;

    private protected override Rejection Map<T>(in Table<T> table, Span<T> destination, bool inverse)
    {
        Transform transform = _transform.Value;
        return inverse
            ? YeoJohnsonKernel.Invert(table.Elements, table.View, transform.Curves, destination)
            : YeoJohnsonKernel.Apply(table.Elements, table.View, transform.Curves, destination);
    }

    private ColumnSketches NewSketches(int columns) => new(columns, _sketchCapacity, YeoJohnsonFit.Limit);

    private void SetSketches(ColumnSketches sketches)
    {
        _sketches = sketches;
        _transform = new Lazy<Transform>(() =>
        {
            var fits = new YeoJohnsonFit[sketches.Columns.Count];
            Parallelism.For(fits.Length, c => fits[c] = FitTo(sketches.Columns[c]));
            return TransformOf(fits);
        });
    }

    private static YeoJohnsonFit FitTo(QuantileSketch sketch)
    {
        WeightedPoints points = sketch.Points();
        double[] quantiles = points.Count == 0 ? [0, 0, 0] : sketch.Quantiles(YeoJohnsonFit.Probabilities);
        return YeoJohnsonFit.Compute(
            points.Values, new ChannelView(1, 1, points.Count), points.Weights, [sketch.Count], quantiles)[0];
    }

    private Transform TransformOf(YeoJohnsonFit[] fits) => new(Array.ConvertAll(fits, fit => Standardize
        ? new YeoJohnsonParameters(fit.Lambda, fit.Pivot, fit.Mean, fit.Deviation == 0 ? 1 : fit.Deviation)
        : new YeoJohnsonParameters(fit.Lambda, Pivot: 0, Mean: 0, Deviation: 1)));

    /// <summary>The parameters, and the curves that kernels compute from them.</summary>
    private sealed class Transform
    {
        public Transform(YeoJohnsonParameters[] parameters)
        {
            Parameters = parameters;
            Curves = new PowerCurves(Array.ConvertAll(parameters, column => column.Pivot));
            for (int c = 0; c < parameters.Length; c++)
            {
                Curves.SetLambda(c, parameters[c].Lambda);
                (Curves.Mean[c], Curves.Deviation[c]) = (parameters[c].Mean, parameters[c].Deviation);
            }
        }

        public YeoJohnsonParameters[] Parameters { get; }

        public PowerCurves Curves { get; }
    }
}
