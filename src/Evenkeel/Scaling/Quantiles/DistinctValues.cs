using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>The distinct values of a column, and how often each occurs.</summary>
internal sealed class DistinctValues
{
    /// <summary>The most distinct values that are counted: about 50 MB, and as many as a file holds.</summary>
    public const int Maximum = 1_000_000;

    private readonly Dictionary<double, double> _counts = [];

    /// <summary>The sum of the counts.</summary>
    public double Total { get; private set; }

    /// <summary>True if more values were added than are counted.</summary>
    public bool IsTooMany => _counts.Count > Maximum;

    /// <summary>Adds values with their weights; those beyond <see cref="Maximum"/> are not counted.</summary>
    public void Add(WeightedPoints points)
    {
        for (int i = 0; i < points.Count && !IsTooMany; i++)
        {
            Add(points.Values[i], points.Weights[i]);
        }
    }

    /// <summary>Adds the values of another column.</summary>
    public void Add(DistinctValues other)
    {
        foreach ((double value, double count) in other._counts)
        {
            Add(value, count);
        }
    }

    /// <summary>Returns true if the values of both are more than are counted.</summary>
    public bool IsTooManyWith(DistinctValues other) =>
        _counts.Count + other._counts.Count > Maximum
        && _counts.Count + other._counts.Keys.Count(value => !_counts.ContainsKey(value)) > Maximum;

    /// <summary>Returns the value that occurs most often, the smallest of equally frequent ones; NaN if there is none.</summary>
    public double MostFrequent()
    {
        (double best, double most) = (double.NaN, 0);
        foreach ((double value, double count) in _counts)
        {
            if (count > most || (count == most && value < best))
            {
                (best, most) = (value, count);
            }
        }

        return best;
    }

    /// <summary>Returns an independent copy.</summary>
    public DistinctValues Copy()
    {
        var copy = new DistinctValues();
        copy.Add(this);
        return copy;
    }

    /// <summary>Writes the values in ascending order, and their counts, as fields of the open JSON object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        double[] values = [.. _counts.Keys.Order()];
        json.WriteStartArray("values");
        Array.ForEach(values, json.WriteNumberValue);
        json.WriteEndArray();
        json.WriteStartArray("counts");
        Array.ForEach(values, value => json.WriteNumberValue(_counts[value]));
        json.WriteEndArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static DistinctValues Read(JsonFields column)
    {
        double[] values = column.Numbers("values"), counts = column.Numbers("counts");
        if (counts.Length != values.Length)
        {
            throw column.Error("counts", Invariant($"has {counts.Length} elements for {values.Length} values"));
        }

        var read = new DistinctValues();
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0 && !(values[i] > values[i - 1]))
            {
                throw column.Error("values", Invariant($"has {values[i]} after {values[i - 1]}; expected ascending numbers"));
            }

            if (!(counts[i] > 0))
            {
                throw column.Error("counts", Invariant($"has {counts[i]}; expected numbers above 0"));
            }

            read.Add(values[i], counts[i]);
        }

        return double.IsFinite(read.Total) ? read : throw column.Error("counts", "has numbers whose sum no double can hold");
    }

    private void Add(double value, double count)
    {
        // 0 and −0 are one value.
        value += 0.0;
        _counts[value] = _counts.GetValueOrDefault(value) + count;
        Total += count;
    }
}
