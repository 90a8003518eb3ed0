using System.Numerics;
using System.Numerics.Tensors;
using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>The quantile sketches of the columns of a table that arrives in parts.</summary>
internal sealed class ColumnSketches
{
    private readonly QuantileSketch[] _columns;
    private readonly double _limit;

    /// <summary>Creates empty sketches.</summary>
    /// <param name="columns">The number of columns.</param>
    /// <param name="capacity">The capacity of each.</param>
    /// <param name="limit">The largest magnitude of a value.</param>
    public ColumnSketches(int columns, int capacity, double limit)
        : this([.. Enumerable.Range(0, columns).Select(_ => new QuantileSketch(capacity))], limit)
    {
    }

    private ColumnSketches(QuantileSketch[] columns, double limit) => (_columns, _limit) = (columns, limit);

    /// <summary>The sketches, one per column.</summary>
    public IReadOnlyList<QuantileSketch> Columns => _columns;

    /// <summary>Returns an independent copy.</summary>
    public ColumnSketches Copy() => new(Array.ConvertAll(_columns, sketch => sketch.Copy()), _limit);

    /// <summary>Adds a part of the table; adds nothing if it throws.</summary>
    public void Add<T>(in Table<T> table, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Extrema[] extrema = table.Extrema(weights);
        for (int c = 0; c < extrema.Length; c++)
        {
            CheckLimit(table.NumberOf(c), extrema[c], _limit, nameof(table));
        }

        CheckTotalWeight(TensorPrimitives.Sum(weights), nameof(weights));
        ColumnBlocks.Run(table.Elements, table.View, weights, (column, block) => _columns[column].Add(block));
    }

    /// <summary>Merges the sketches of other parts; merges nothing if it throws.</summary>
    public void Merge(ColumnSketches other)
    {
        CheckTotalWeight(other._columns.Max(sketch => sketch.Count), nameof(other));
        for (int c = 0; c < _columns.Length; c++)
        {
            _columns[c].Merge(other._columns[c]);
        }
    }

    /// <inheritdoc cref="QuantileSketch.Settle"/>
    public void Settle() => Array.ForEach(_columns, sketch => sketch.Settle());

    /// <summary>Writes the sketch of a column, which is settled, as a field of the open JSON object.</summary>
    public void Write(Utf8JsonWriter json, int column)
    {
        json.WriteStartObject("sketch");
        _columns[column].Write(json);
        json.WriteEndObject();
    }

    /// <summary>Reads the sketches that <see cref="Write"/> wrote.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="limit">The largest magnitude of a value.</param>
    public static ColumnSketches Read(IReadOnlyList<JsonFields> columns, double limit) =>
        new([.. columns.Select(column => QuantileSketch.Read(column.Object("sketch"), limit))], limit);

    /// <summary>Throws if the total weight of a sketch would overflow.</summary>
    private void CheckTotalWeight(double more, string name) => Scaler.CheckTotalWeight(_columns.Max(sketch => sketch.Count) + more, name);

    /// <summary>Throws if a value of a column is too large for the scaler.</summary>
    public static void CheckLimit(int column, Extrema extrema, double limit, string name)
    {
        if (!extrema.IsEmpty && !(extrema.Min >= -limit && extrema.Max <= limit))
        {
            throw new ColumnException(
                column,
                Invariant($"range from {extrema.Min} to {extrema.Max}; this scaler takes magnitudes up to {limit}"),
                name);
        }
    }

    /// <summary>Returns the error that a scaler has no sketches to be fitted further.</summary>
    public static InvalidOperationException NotFittedInParts() => new(
        "The scaler was fitted by Fit, or read from a file, and cannot be fitted further: begin with PartialFit instead.");
}
