using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics;

namespace Evenkeel.Scaling;

/// <summary>A scaler whose coefficients come from the smallest and the largest value of each column.</summary>
/// <remarks>Extrema merge exactly: parts in any order give the scaler of the whole table, bit for bit.</remarks>
public abstract class ExtremaScaler : AffineScaler
{
    private Extrema[] _extrema = [];

    private protected ExtremaScaler()
    {
    }

    /// <summary>The smallest and largest value of each column, ignoring NaN, in the unit of the values; shape [columns].</summary>
    public IReadOnlyList<Extrema> Extrema => _extrema;

    /// <summary>Computes the coefficients of a column that has values; a scale of 0 marks a constant column.</summary>
    private protected abstract (double Center, double Scale, double Shift) Coefficients(Extrema extrema);

    private protected sealed override void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh)
    {
        Extrema[] extrema = table.Extrema(weights);
        Set(fresh ? extrema : Merged(extrema), nameof(table));
    }

    private protected sealed override void MergeStatistics(Scaler other) => Set(Merged(((ExtremaScaler)other)._extrema), nameof(other));

    internal sealed override void WriteColumn(Utf8JsonWriter json, int column)
    {
        Write(json, _extrema[column]);
        base.WriteColumn(json, column);
    }

    private protected sealed override void ReadStatistics(IReadOnlyList<JsonFields> columns)
    {
        Set([.. columns.Select(Read)], nameof(columns));
        base.ReadStatistics(columns);
    }

    /// <summary>Writes the extrema of a column as fields of the open JSON object.</summary>
    internal static void Write(Utf8JsonWriter json, Extrema extrema)
    {
        if (extrema.IsEmpty)
        {
            json.WriteNull("min");
            json.WriteNull("max");
        }
        else
        {
            json.WriteNumber("min", extrema.Min);
            json.WriteNumber("max", extrema.Max);
        }
    }

    /// <summary>Reads the extrema that <see cref="Write"/> wrote.</summary>
    internal static Extrema Read(JsonFields column) => (column.NumberOrNull("min"), column.NumberOrNull("max")) switch
    {
        (null, null) => Numerics.Extrema.Empty,
        ({ } min, { } max) when min <= max => new Extrema(min, max),
        (null, _) or (_, null) => throw column.Error("has only one of \"min\" and \"max\"; both are null for a column without values"),
        _ => throw column.Error("max", "is below min"),
    };

    private Extrema[] Merged(Extrema[] others) =>
        _extrema.Length == 0 ? others : [.. _extrema.Zip(others, (a, b) => Numerics.Extrema.Merge(a, b))];

    private void Set(Extrema[] extrema, string name)
    {
        for (int c = 0; c < extrema.Length; c++)
        {
            if (!extrema[c].IsEmpty && !double.IsFinite(Coefficients(extrema[c]).Scale))
            {
                throw new ColumnException(NumberOf(c), "spread too far for a range in double precision", name);
            }
        }

        _extrema = extrema;
        SetColumns(extrema.Length, c => extrema[c].IsEmpty ? (0, 0, 0) : Coefficients(extrema[c]));
    }
}
