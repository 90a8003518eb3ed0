using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>Fills in the missing values (NaN) of each column.</summary>
/// <remarks>
/// <para>
/// y = x where x is a number; else the mean, the median or the most frequent value of the column, or a constant. A column without a
/// value has nothing to fill in: Fit rejects it, and after PartialFit a missing value in it is an error of Transform. The inverse changes
/// nothing: imputed values stay.
/// </para>
/// <para>
/// Means merge up to rounding, counts of values exactly. With the median, Fit is exact, but its result cannot be fitted further, and
/// PartialFit and Merge keep a <see cref="QuantileSketch"/> per column, which is exact up to its capacity. The most frequent value is
/// exact; a column may have up to 1,000,000 distinct values.
/// </para>
/// <para>Source: scikit-learn's <c>SimpleImputer</c>, which drops columns without values instead.</para>
/// </remarks>
public sealed class Imputer : Scaler, IScalerKind
{
    private Moments[] _means = [];
    private QuantileStatistics _medians;
    private DistinctValues[] _distinct = [];
    private Lazy<double[]> _values = new([]);

    /// <summary>Creates an imputer.</summary>
    /// <param name="strategy">The number that is filled in.</param>
    /// <param name="constant">The number that <see cref="Imputation.Constant"/> fills in, finite; no effect otherwise.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such strategy.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="constant"/> is not finite.</exception>
    public Imputer(Imputation strategy, double constant = 0)
    {
        if (!Enum.IsDefined(strategy))
        {
            throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "There is no such strategy.");
        }

        if (!double.IsFinite(constant))
        {
            throw new ArgumentOutOfRangeException(nameof(constant), constant, "The constant must be finite.");
        }

        Strategy = strategy;
        Constant = constant;
        _medians = new QuantileStatistics(_ => [0.5], QuantileSketch.DefaultCapacity);
    }

    /// <summary>The number that is filled in.</summary>
    public Imputation Strategy { get; }

    /// <summary>The number that <see cref="Imputation.Constant"/> fills in.</summary>
    public double Constant { get; }

    /// <summary>The number that is filled in for each column, in the unit of x; NaN if the column had no value. Shape [columns].</summary>
    public IReadOnlyList<double> Values => Strategy == Imputation.Constant
        ? [.. Enumerable.Repeat(Constant, Columns)]
        : _values.Value.AsReadOnly();

    static string IScalerKind.Kind => "imputer";

    static Scaler IScalerKind.Create(JsonFields settings)
    {
        Imputation strategy = settings.Choice<Imputation>("strategy");
        return new Imputer(strategy, strategy == Imputation.Constant ? settings.Number("constant") : 0);
    }

    internal override int LearningPasses => Strategy == Imputation.Constant ? 0 : 1;

    internal override Scaler Copy()
    {
        var copy = (Imputer)base.Copy();
        copy._medians = _medians.Copy();
        copy._distinct = Array.ConvertAll(_distinct, column => column.Copy());
        copy.SetValues();
        return copy;
    }

    internal override void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteString("strategy", JsonNames.Of(Strategy));
        if (Strategy == Imputation.Constant)
        {
            json.WriteNumber("constant", Constant);
        }
    }

    internal override void WriteColumn(Utf8JsonWriter json, int column)
    {
        switch (Strategy)
        {
            case Imputation.Mean:
                json.WriteNumber("count", _means[column].Count);
                json.WriteNumber("mean", _means[column].Mean);
                break;
            case Imputation.Median:
                _medians.Write(json, column);
                break;
            case Imputation.MostFrequent:
                _distinct[column].Write(json);
                break;
        }
    }

    internal override void SettleState()
    {
        if (Strategy == Imputation.Median)
        {
            _medians.SettleState();
        }
    }

    internal override void WriteStateColumn(Utf8JsonWriter json, int column)
    {
        if (Strategy == Imputation.Median)
        {
            _medians.WriteState(json, column);
        }
        else
        {
            WriteColumn(json, column);
        }
    }

    private protected override void ReadStateStatistics(IReadOnlyList<JsonFields> columns)
    {
        if (Strategy == Imputation.Median)
        {
            _medians.ReadState(columns);
            SetValues();
        }
        else
        {
            ReadStatistics(columns);
        }
    }

    private protected override void ReadStatistics(IReadOnlyList<JsonFields> columns)
    {
        switch (Strategy)
        {
            case Imputation.Mean:
                _means = [.. columns.Select(ReadMean)];
                break;
            case Imputation.Median:
                _medians.Read(columns, fewest: 1, most: 1);
                break;
            case Imputation.MostFrequent:
                _distinct = [.. columns.Select(DistinctValues.Read)];
                break;
        }

        SetValues();
    }

    private static Moments ReadMean(JsonFields column)
    {
        double count = column.Number("count", minimum: 0), mean = column.Number("mean");
        return count > 0 || mean == 0
            ? new Moments(count, mean, 0)
            : throw column.Error("count", "is 0; for a column without values, the mean is 0");
    }

    private protected override void AccumulateWhole<T>(in Table<T> table, ReadOnlySpan<double> weights)
    {
        var fitted = new Imputer(Strategy, Constant) { ColumnNumbers = ColumnNumbers };
        if (Strategy == Imputation.Median)
        {
            fitted._medians.SetWhole(table, weights);
            fitted.SetValues();
        }
        else
        {
            fitted.Accumulate(table, weights, fresh: true);
        }

        int empty = Strategy == Imputation.Constant ? -1 : Array.FindIndex(fitted._values.Value, double.IsNaN);
        if (empty >= 0)
        {
            throw new ColumnException(
                table.NumberOf(empty),
                "are all missing, or in rows of weight 0: there is nothing to impute. Use Imputation.Constant, or leave the column out",
                nameof(table));
        }

        (_means, _medians, _distinct, _values) = (fitted._means, fitted._medians, fitted._distinct, fitted._values);
    }

    private protected override void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh)
    {
        switch (Strategy)
        {
            case Imputation.Mean:
                Moments[] moments = table.Moments(weights);
                SetMeans(fresh ? moments : Merged(_means, moments), nameof(table));
                break;
            case Imputation.Median:
                _medians.Add(table, weights, fresh);
                break;
            case Imputation.MostFrequent:
                table.RefuseInfinity(nameof(table));
                var distinct = new DistinctValues[table.Columns];
                for (int c = 0; c < distinct.Length; c++)
                {
                    distinct[c] = new DistinctValues();
                }

                ColumnBlocks.Run(table.Elements, table.View, weights, (column, block) => distinct[column].Add(block));
                AddDistinct(distinct, fresh, nameof(table));
                break;
            default:
                table.RefuseInfinity(nameof(table));
                break;
        }

        SetValues();
    }

    private protected override void MergeStatistics(Scaler other)
    {
        var imputer = (Imputer)other;
        switch (Strategy)
        {
            case Imputation.Mean:
                SetMeans(Columns == 0 ? imputer._means : Merged(_means, imputer._means), nameof(other));
                break;
            case Imputation.Median:
                _medians.Merge(imputer._medians, fresh: Columns == 0);
                break;
            case Imputation.MostFrequent:
                AddDistinct(Array.ConvertAll(imputer._distinct, column => column.Copy()), fresh: Columns == 0, nameof(other));
                break;
        }

        SetValues();
    }

    private protected override bool HasSettingsOf(Scaler other) =>
        other is Imputer imputer && imputer.Strategy == Strategy
        && (Strategy != Imputation.Constant || imputer.Constant == Constant);

    private protected override Rejection Map<T>(in Table<T> table, Span<T> destination, bool inverse) => ColumnFunction.Apply(
        table.Elements, table.View, new Filling(inverse ? null : [.. Values]), destination);

    internal override ArgumentException Refusal<T>(in Table<T> table, Rejection rejection, bool inverse, string name)
    {
        (int row, int column) = table.PositionOf(rejection.Index);

        // The element is overwritten if the table is its own destination.
        bool hasValue = inverse || !double.IsNaN(Values[column]);
        string element = Invariant($"The element in row {row}, column {table.NumberOf(column)} (counted from 0)");
        return hasValue
            ? base.Refusal(table, rejection, inverse, name)
            : new ArgumentException(
                $"{element} is missing or infinite, and the column had no value in the fit that could be filled in: use "
                + "Imputation.Constant, or leave the column out.",
                name);
    }

    private static Moments[] Merged(Moments[] means, Moments[] others) => [.. means.Zip(others, (a, b) => Moments.Merge(a, b))];

    private void SetMeans(Moments[] means, string name)
    {
        for (int c = 0; c < means.Length; c++)
        {
            if (!double.IsFinite(means[c].Mean))
            {
                throw new ColumnException(NumberOf(c), "spread too far for a mean in double precision", name);
            }
        }

        CheckTotalWeight(means.Max(mean => mean.Count), name);
        _means = Array.ConvertAll(means, mean => mean with { SumOfSquaredDeviations = 0 });
    }

    private void AddDistinct(DistinctValues[] more, bool fresh, string name)
    {
        for (int c = 0; c < more.Length; c++)
        {
            if (more[c].IsTooMany || (!fresh && _distinct[c].IsTooManyWith(more[c])))
            {
                throw new ColumnException(
                    NumberOf(c),
                    Invariant($"have more than {DistinctValues.Maximum:N0} distinct numbers, the most that are counted: ")
                    + "impute the mean or the median",
                    name);
            }

            CheckTotalWeight((fresh ? 0 : _distinct[c].Total) + more[c].Total, name);
        }

        if (fresh)
        {
            _distinct = more;
            return;
        }

        for (int c = 0; c < more.Length; c++)
        {
            _distinct[c].Add(more[c]);
        }
    }

    private void SetValues()
    {
        (Moments[] means, QuantileStatistics medians, DistinctValues[] distinct) = (_means, _medians, _distinct);
        _values = Strategy switch
        {
            Imputation.Mean => new Lazy<double[]>(() => Array.ConvertAll(means, mean => mean.Count > 0 ? mean.Mean : double.NaN)),
            Imputation.Median => new Lazy<double[]>(
                () => Array.ConvertAll(medians.Columns, column => column.Count > 0 ? column.Quantiles[0] : double.NaN)),
            _ => new Lazy<double[]>(() => Array.ConvertAll(distinct, column => column.MostFrequent())),
        };
    }

    /// <summary>Fills in the numbers, or nothing if there are none.</summary>
    private readonly struct Filling(double[]? values) : IColumnFunction
    {
        public bool Rejects(int column, double x) =>
            double.IsInfinity(x) || (double.IsNaN(x) && values is not null && double.IsNaN(values[column]));

        public double Value(int column, double x) => double.IsNaN(x) && values is not null ? values[column] : x;
    }
}
