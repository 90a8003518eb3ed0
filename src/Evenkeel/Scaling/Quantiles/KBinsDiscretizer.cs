using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>Replaces each value by the number of its bin, counted from 0.</summary>
/// <remarks>
/// <para>
/// A bin holds the values from its lower edge up to, but without, its upper edge; the first bin also holds what is below it, the last
/// one what is from its lower edge on. The edges are at equal distances from the column's smallest value to its largest, or are its
/// quantiles at equal distances of probability; equal quantiles are one edge, so that there may be fewer bins. A constant column has one
/// bin. The inverse is the middle of the bin.
/// </para>
/// <para>
/// Equal distances merge exactly. With quantiles, Fit is exact, but its result cannot be fitted further, and PartialFit and Merge keep a
/// <see cref="QuantileSketch"/> per column, which is exact up to its capacity.
/// </para>
/// <para>Source: scikit-learn's <c>KBinsDiscretizer</c> with ordinal encoding.</para>
/// </remarks>
public sealed class KBinsDiscretizer : Scaler, IScalerKind
{
    /// <summary>The largest number of bins.</summary>
    public const int MaximumBins = 65_535;

    private Extrema[] _extrema = [];
    private QuantileStatistics _statistics;
    private Lazy<double[][]> _edges = new([]);

    /// <summary>Creates a scaler.</summary>
    /// <param name="bins">The number of bins, from 2 to <see cref="MaximumBins"/>.</param>
    /// <param name="strategy">The choice of the edges.</param>
    /// <param name="sketchCapacity">The <see cref="QuantileSketch.Capacity"/> of the sketches that PartialFit keeps.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bins"/> is not from 2 to <see cref="MaximumBins"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such strategy.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="sketchCapacity"/> is below <see cref="QuantileSketch.MinimumCapacity"/>.
    /// </exception>
    public KBinsDiscretizer(
        int bins = 5, BinStrategy strategy = BinStrategy.Quantile, int sketchCapacity = QuantileSketch.DefaultCapacity)
    {
        if (bins is < 2 or > MaximumBins)
        {
            throw new ArgumentOutOfRangeException(nameof(bins), bins, Invariant($"The number of bins must be from 2 to {MaximumBins}."));
        }

        if (!Enum.IsDefined(strategy))
        {
            throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "There is no such strategy.");
        }

        Bins = bins;
        Strategy = strategy;
        double[] probabilities = QuantileTransformer.Evenly(bins + 1);
        _statistics = new QuantileStatistics(_ => probabilities, sketchCapacity);
    }

    /// <summary>The largest number of bins of a column.</summary>
    public int Bins { get; }

    /// <summary>The choice of the edges.</summary>
    public BinStrategy Strategy { get; }

    /// <summary>The edges of each column's bins, ascending, in the unit of x: one more than the column has bins.</summary>
    /// <remarks>A constant column has its value twice, a column without values 0.</remarks>
    public IReadOnlyList<IReadOnlyList<double>> Edges => [.. _edges.Value.Select(edges => edges.AsReadOnly())];

    static string IScalerKind.Kind => "bins";

    static Scaler IScalerKind.Create(JsonFields settings) =>
        new KBinsDiscretizer(settings.Integer("bins", MaximumBins), settings.Choice<BinStrategy>("strategy"));

    private bool IsUniform => Strategy == BinStrategy.Uniform;

    internal override Scaler Copy()
    {
        var copy = (KBinsDiscretizer)base.Copy();
        copy._statistics = _statistics.Copy();
        copy.SetEdges();
        return copy;
    }

    internal override void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteNumber("bins", Bins);
        json.WriteString("strategy", JsonNames.Of(Strategy));
    }

    internal override void WriteColumn(Utf8JsonWriter json, int column)
    {
        if (IsUniform)
        {
            ExtremaScaler.Write(json, _extrema[column]);
        }
        else
        {
            _statistics.Write(json, column);
        }
    }

    internal override void SettleState()
    {
        if (!IsUniform)
        {
            _statistics.SettleState();
        }
    }

    internal override void WriteStateColumn(Utf8JsonWriter json, int column)
    {
        if (IsUniform)
        {
            WriteColumn(json, column);
        }
        else
        {
            _statistics.WriteState(json, column);
        }
    }

    private protected override void ReadStateStatistics(IReadOnlyList<JsonFields> columns)
    {
        if (IsUniform)
        {
            ReadStatistics(columns);
        }
        else
        {
            _statistics.ReadState(columns);
            SetEdges();
        }
    }

    private protected override void ReadStatistics(IReadOnlyList<JsonFields> columns)
    {
        if (IsUniform)
        {
            Set([.. columns.Select(ExtremaScaler.Read)], nameof(columns));
        }
        else
        {
            _statistics.Read(columns, Bins + 1, Bins + 1);
            SetEdges();
        }
    }

    private protected override void AccumulateWhole<T>(in Table<T> table, ReadOnlySpan<double> weights)
    {
        if (IsUniform)
        {
            Accumulate(table, weights, fresh: true);
        }
        else
        {
            _statistics.SetWhole(table, weights);
            SetEdges();
        }
    }

    private protected override void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh)
    {
        if (IsUniform)
        {
            Extrema[] extrema = table.Extrema(weights);
            Set(fresh ? extrema : Merged(extrema), nameof(table));
        }
        else
        {
            _statistics.Add(table, weights, fresh);
            SetEdges();
        }
    }

    private protected override void MergeStatistics(Scaler other)
    {
        var scaler = (KBinsDiscretizer)other;
        if (IsUniform)
        {
            Set(Merged(scaler._extrema), nameof(other));
        }
        else
        {
            _statistics.Merge(scaler._statistics, fresh: Columns == 0);
            SetEdges();
        }
    }

    private protected override bool HasSettingsOf(Scaler other) =>
        other is KBinsDiscretizer scaler && scaler.Bins == Bins && scaler.Strategy == Strategy;

    private protected override Rejection Map<T>(in Table<T> table, Span<T> destination, bool inverse) => inverse
        ? ColumnFunction.Apply(table.Elements, table.View, new Inverse(_edges.Value), destination)
        : ColumnFunction.Apply(table.Elements, table.View, new Forward(_edges.Value), destination);

    internal override ArgumentException Refusal<T>(in Table<T> table, Rejection rejection, bool inverse, string name)
    {
        if (!inverse)
        {
            return base.Refusal(table, rejection, inverse, name);
        }

        (int row, int column) = table.PositionOf(rejection.Index);
        string element = Invariant($"The element in row {row}, column {table.NumberOf(column)} (counted from 0)");
        return new ArgumentException(Invariant($"{element} is not the number of one of the column's bins."), name);
    }

    private Extrema[] Merged(Extrema[] others) => _extrema.Length == 0 ? others : [.. _extrema.Zip(others, (a, b) => Extrema.Merge(a, b))];

    private void Set(Extrema[] extrema, string name)
    {
        for (int c = 0; c < extrema.Length; c++)
        {
            ColumnSketches.CheckLimit(NumberOf(c), extrema[c], QuantileStatistics.Limit, name);
        }

        _extrema = extrema;
        SetEdges();
    }

    private void SetEdges()
    {
        (Extrema[] extrema, QuantileStatistics statistics) = (_extrema, _statistics);
        _edges = IsUniform
            ? new Lazy<double[][]>(() => Array.ConvertAll(extrema, EdgesOf))
            : new Lazy<double[][]>(() => Array.ConvertAll(statistics.Columns, column => EdgesOf(column.Quantiles)));
    }

    private double[] EdgesOf(Extrema extrema)
    {
        if (extrema.IsEmpty || extrema.Min == extrema.Max)
        {
            double value = extrema.IsEmpty ? 0 : extrema.Min;
            return [value, value];
        }

        var edges = new double[Bins + 1];
        double step = (extrema.Max - extrema.Min) / Bins;
        for (int i = 0; i < Bins; i++)
        {
            edges[i] = Math.Min(i * step + extrema.Min, extrema.Max);
        }

        edges[Bins] = extrema.Max;
        return edges;
    }

    private static double[] EdgesOf(double[] quantiles)
    {
        double[] edges = [.. quantiles.Where((quantile, i) => i == 0 || quantile > quantiles[i - 1])];
        return edges.Length == 1 ? [edges[0], edges[0]] : edges;
    }

    private readonly struct Forward(double[][] edges) : IColumnFunction
    {
        public bool Rejects(int column, double x) => double.IsInfinity(x);

        public double Value(int column, double x) => double.IsNaN(x) ? x : SortedValues.CountAtMost(edges[column].AsSpan(1..^1), x);
    }

    private readonly struct Inverse(double[][] edges) : IColumnFunction
    {
        public bool Rejects(int column, double x) => !double.IsNaN(x) && !IsBin(column, x);

        public double Value(int column, double x) =>
            IsBin(column, x) ? 0.5 * (edges[column][(int)x] + edges[column][(int)x + 1]) : double.NaN;

        private bool IsBin(int column, double x) => x >= 0 && x < edges[column].Length - 1 && x == Math.Floor(x);
    }
}
