using System.Numerics;
using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>Many quantiles of each column: exact of a whole table, from sketches of one that arrives in parts.</summary>
internal sealed class QuantileStatistics
{
    /// <summary>Half of the largest number: differences do not overflow.</summary>
    public const double Limit = double.MaxValue / 2;

    private readonly Func<long, double[]> _probabilities;
    private readonly int _capacity;
    private ColumnSketches? _sketches;
    private long _rows;
    private Lazy<Column[]> _columns = new([]);

    /// <summary>Creates statistics of no columns.</summary>
    /// <param name="probabilities">Returns the probabilities of the quantiles, ascending, from the number of rows.</param>
    /// <param name="sketchCapacity">The <see cref="QuantileSketch.Capacity"/> of the sketches.</param>
    public QuantileStatistics(Func<long, double[]> probabilities, int sketchCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sketchCapacity, QuantileSketch.MinimumCapacity);
        (_probabilities, _capacity) = (probabilities, sketchCapacity);
    }

    /// <summary>The quantiles of each column.</summary>
    public Column[] Columns => _columns.Value;

    /// <summary>Returns an independent copy.</summary>
    public QuantileStatistics Copy()
    {
        var copy = new QuantileStatistics(_probabilities, _capacity) { _rows = _rows, _columns = _columns };
        if (_sketches is not null)
        {
            copy.Set(_sketches.Copy());
        }

        return copy;
    }

    /// <summary>Computes the quantiles of a whole table, exactly.</summary>
    public void SetWhole<T>(in Table<T> table, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long rows = RowsOf(table, weights);
        double[] probabilities = _probabilities(rows);
        (double[] counts, double[] quantiles) = table.ManyQuantiles(probabilities, weights);
        var columns = new Column[counts.Length];
        for (int c = 0; c < columns.Length; c++)
        {
            columns[c] = Column.Of(counts[c], quantiles[(c * probabilities.Length)..((c + 1) * probabilities.Length)], rankErrorBound: 0);
            ColumnSketches.CheckLimit(
                table.NumberOf(c), new Extrema(columns[c].Quantiles[0], columns[c].Quantiles[^1]), Limit, nameof(table));
        }

        (_sketches, _rows, _columns) = (null, rows, new Lazy<Column[]>(columns));
    }

    /// <summary>Adds a part of the table to the sketches; adds nothing if it throws.</summary>
    public void Add<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ColumnSketches sketches = fresh ? NewSketches(table.Columns) : _sketches ?? throw ColumnSketches.NotFittedInParts();
        sketches.Add(table, weights);
        _rows = (fresh ? 0 : _rows) + RowsOf(table, weights);
        Set(sketches);
    }

    /// <summary>Merges the sketches of other parts; merges nothing if it throws.</summary>
    /// <param name="other">Statistics of the same probabilities.</param>
    /// <param name="fresh">True if there are no parts here yet.</param>
    public void Merge(QuantileStatistics other, bool fresh)
    {
        ColumnSketches others = other._sketches ?? throw ColumnSketches.NotFittedInParts();
        ColumnSketches sketches = fresh ? NewSketches(others.Columns.Count) : _sketches ?? throw ColumnSketches.NotFittedInParts();
        sketches.Merge(others);
        _rows = (fresh ? 0 : _rows) + other._rows;
        Set(sketches);
    }

    /// <summary>Writes the quantiles of a column as fields of the open JSON object.</summary>
    public void Write(Utf8JsonWriter json, int column)
    {
        (double count, double[] quantiles, double bound) = Columns[column];
        json.WriteNumber("count", count);
        json.WriteNumber("rank_error_bound", bound);
        json.WriteStartArray("quantiles");
        foreach (double quantile in quantiles)
        {
            json.WriteNumberValue(quantile);
        }

        json.WriteEndArray();
    }

    /// <inheritdoc cref="Scaler.SettleState"/>
    public void SettleState() => (_sketches ?? throw ColumnSketches.NotFittedInParts()).Settle();

    /// <summary>Writes the number of rows and the sketch of a column as fields of the open JSON object.</summary>
    public void WriteState(Utf8JsonWriter json, int column)
    {
        json.WriteNumber("rows", _rows);
        _sketches!.Write(json, column);
    }

    /// <summary>Reads what <see cref="WriteState"/> wrote.</summary>
    public void ReadState(IReadOnlyList<JsonFields> columns)
    {
        long[] rows = [.. columns.Select(column => column.Long("rows"))];
        int other = Array.FindIndex(rows, count => count != rows[0]);
        if (other >= 0)
        {
            throw columns[other].Error("rows", Invariant($"is {rows[other]}; the first column has {rows[0]}"));
        }

        ColumnSketches sketches = ColumnSketches.Read(columns, Limit);
        _rows = rows[0];
        Set(sketches);
    }

    /// <summary>Reads the quantiles that <see cref="Write"/> wrote, as many for each column.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="fewest">The fewest quantiles that a column may have.</param>
    /// <param name="most">The most quantiles that a column may have.</param>
    public void Read(IReadOnlyList<JsonFields> columns, int fewest, int most)
    {
        Column[] read = [.. columns.Select(column => Read(column, fewest, most))];
        for (int c = 1; c < read.Length; c++)
        {
            if (read[c].Quantiles.Length != read[0].Quantiles.Length)
            {
                throw columns[c].Error(
                    "quantiles",
                    Invariant($"has {read[c].Quantiles.Length} elements; the first column has {read[0].Quantiles.Length}"));
            }
        }

        (_sketches, _rows, _columns) = (null, 0, new Lazy<Column[]>(read));
    }

    private static Column Read(JsonFields fields, int fewest, int most)
    {
        var column = new Column(
            fields.Number("count", minimum: 0), fields.Numbers("quantiles"), fields.Number("rank_error_bound", minimum: 0));
        double[] quantiles = column.Quantiles;
        if (quantiles.Length < fewest || quantiles.Length > most)
        {
            string expected = fewest == most ? Invariant($"{most}") : Invariant($"from {fewest} to {most}");
            throw fields.Error("quantiles", Invariant($"has {quantiles.Length} elements; expected {expected}"));
        }

        for (int i = 0; i < quantiles.Length; i++)
        {
            if (i > 0 && quantiles[i] < quantiles[i - 1])
            {
                throw fields.Error("quantiles", Invariant($"has {quantiles[i]} after {quantiles[i - 1]}; expected ascending numbers"));
            }

            if (Math.Abs(quantiles[i]) > Limit)
            {
                throw fields.Error("quantiles", Invariant($"has {quantiles[i]}; this scaler takes magnitudes up to {Limit}"));
            }
        }

        if (column.Count == 0 && (column.RankErrorBound != 0 || quantiles.ContainsAnyExcept(0)))
        {
            throw fields.Error("count", "is 0; for a column without values, the quantiles and the bound are 0");
        }

        return column.RankErrorBound <= column.Count
            ? column
            : throw fields.Error(
                "rank_error_bound", Invariant($"is {column.RankErrorBound}; expected at most the count, {column.Count}"));
    }

    private static long RowsOf<T>(in Table<T> table, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        weights.IsEmpty ? table.Rows : weights.Length - weights.Count(0.0);

    private ColumnSketches NewSketches(int columns) => new(columns, _capacity, Limit);

    private void Set(ColumnSketches sketches)
    {
        _sketches = sketches;
        double[] probabilities = _probabilities(_rows);
        _columns = new Lazy<Column[]>(() => [.. sketches.Columns.Select(sketch => Column.Of(
            sketch.Count, sketch.Count == 0 ? new double[probabilities.Length] : sketch.Quantiles(probabilities), sketch.RankErrorBound))]);
    }

    /// <summary>The quantiles of a column, ignoring NaN.</summary>
    /// <param name="Count">The number of values, or the sum of their weights.</param>
    /// <param name="Quantiles">The quantiles, ascending; 0 if there are no values.</param>
    /// <param name="RankErrorBound">The largest error of a quantile's rank, in weight; 0 if they are exact.</param>
    internal readonly record struct Column(double Count, double[] Quantiles, double RankErrorBound)
    {
        /// <summary>Creates a column from quantiles that ascend up to rounding.</summary>
        public static Column Of(double count, double[] quantiles, double rankErrorBound)
        {
            for (int i = 0; i < quantiles.Length; i++)
            {
                // The sum with 0 makes 0 of −0.
                quantiles[i] = Math.Max(quantiles[i], quantiles[Math.Max(0, i - 1)]) + 0.0;
            }

            return new Column(count, quantiles, rankErrorBound);
        }
    }
}
