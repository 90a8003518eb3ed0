using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>A summary of a stream of values, of bounded size, that estimates any quantile and bounds the error.</summary>
/// <remarks>
/// <para>
/// Values are kept with weights, in levels: level h holds the weights from 2ʰ to 2ʰ⁺¹. When the sketch is full, a level is
/// compacted: its values are sorted, and one of each two neighbours moves up a level, with the weights of both. Only for numbers
/// between the two of a pair does the weight of the values below change, by the weight that was dropped; no number lies within two
/// pairs. A compaction therefore changes no rank by more than the largest weight it drops: up if the lower values are
/// kept, down if the upper ones are. The errors in each direction are added up, and the next compaction errs in the direction of
/// the smaller sum; the larger sum, or the total weight if that is less, is <see cref="RankErrorBound"/>.
/// </para>
/// <para>
/// Nothing is random: equal values in equal order give equal bits. The bound holds for merged sketches, whatever the order. Until
/// there are as many values as the capacity, nothing is compacted, and quantiles are exact.
/// </para>
/// <para>
/// Sources: Munro and Paterson, "Selection and sorting with limited storage", 1980; Manku, Rajagopalan and Lindsay, "Approximate
/// medians and other quantiles in one pass and with limited memory", 1998.
/// </para>
/// </remarks>
public sealed class QuantileSketch
{
    /// <summary>The default capacity.</summary>
    public const int DefaultCapacity = 20_000;

    /// <summary>The smallest capacity.</summary>
    public const int MinimumCapacity = 16;

    private readonly SortedList<int, Level> _levels = [];
    private Level _latest = new();
    private int _latestExponent;
    private int _points;
    private bool _isWeighted;
    private double _raised;
    private double _lowered;

    /// <summary>Creates an empty sketch.</summary>
    /// <param name="capacity">The most values that are kept, at least <see cref="MinimumCapacity"/>; each takes 16 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below <see cref="MinimumCapacity"/>.</exception>
    public QuantileSketch(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, MinimumCapacity);
        Capacity = capacity;
        _levels.Add(_latestExponent, _latest);
    }

    /// <summary>The most values that are kept.</summary>
    public int Capacity { get; }

    /// <summary>The number of values added, or the sum of their weights.</summary>
    public double Count { get; private set; }

    /// <summary>The largest error of a quantile's rank, in weight; 0 while the sketch is exact.</summary>
    /// <remarks>
    /// For any number x, the sketch's weight of the values up to x differs from the true one by at most this.
    /// </remarks>
    public double RankErrorBound => Math.Min(Count, Math.Max(_raised, _lowered));

    /// <summary>
    /// <see cref="RankErrorBound"/> relative to <see cref="Count"/>: with 0.01, the median is between the 49th and 51st percentile.
    /// </summary>
    public double RelativeRankErrorBound => Count == 0 ? 0 : RankErrorBound / Count;

    /// <summary>Adds a value.</summary>
    /// <param name="value">The value, finite; the caller leaves out missing values.</param>
    /// <param name="weight">The weight, finite and not negative: how often the value counts.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weight"/> is negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sum of all weights is not finite.</exception>
    public void Add(double value, double weight = 1)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(
                nameof(value), value, Invariant($"The value is {value}; it must be finite."));
        }

        if (!(weight >= 0 && double.IsFinite(weight)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(weight), weight, Invariant($"The weight is {weight}; it must be finite and not negative."));
        }

        if (!double.IsFinite(Count + weight))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "The weights add up to more than double precision holds.");
        }

        if (weight > 0)
        {
            Insert(value, weight);
        }
    }

    /// <summary>Adds values with weights, without checks.</summary>
    internal void Add(WeightedPoints points)
    {
        for (int i = 0; i < points.Count; i++)
        {
            Insert(points.Values[i], points.Weights[i]);
        }
    }

    /// <summary>Merges another sketch into this one.</summary>
    /// <param name="other">The other sketch, of any capacity; it is not changed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    /// <exception cref="ArgumentException">The weights of both add up to infinity.</exception>
    public void Merge(QuantileSketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Scaler.CheckTotalWeight(Count + other.Count, nameof(other));
        foreach ((int exponent, Level level) in other._levels.ToArray())
        {
            Level own = LevelOf(exponent);
            own.Sorted.Merge(level.Sorted);
            own.Unsorted.Add(level.Unsorted);
        }

        _points += other._points;
        _isWeighted |= other._isWeighted;
        Count += other.Count;
        _raised += other._raised;
        _lowered += other._lowered;
        Compact();
    }

    /// <summary>Returns the value below which a given fraction of the weight lies.</summary>
    /// <remarks>
    /// If all weights are 1: rank (n − 1)·probability of the n sorted values, interpolated linearly. Otherwise the value at which the
    /// cumulative weight reaches the fraction, or the mean of it and the next value if the cumulative weight equals the fraction, so
    /// that the scale of the weights does not matter. Either rank is off by at most <see cref="RankErrorBound"/>. The call sorts the
    /// values in place: it is not thread-safe, not even beside other calls of it.
    /// </remarks>
    /// <param name="probability">The fraction, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not from 0 to 1.</exception>
    /// <exception cref="InvalidOperationException">The sketch is empty.</exception>
    public double Quantile(double probability)
    {
        if (!(probability >= 0 && probability <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(probability), probability, Invariant($"The probability is {probability}; it must be from 0 to 1."));
        }

        if (_points == 0)
        {
            throw new InvalidOperationException("The sketch is empty: it has no quantiles.");
        }

        return Quantiles(probability)[0];
    }

    /// <summary>Returns an independent copy.</summary>
    internal QuantileSketch Copy()
    {
        var copy = new QuantileSketch(Capacity);
        copy.Merge(this);
        return copy;
    }

    /// <summary>Computes several quantiles at once; the sketch is not empty.</summary>
    internal double[] Quantiles(params ReadOnlySpan<double> probabilities)
    {
        WeightedPoints points = Points();
        var quantiles = new double[probabilities.Length];
        points.Quantiles(probabilities, _isWeighted, quantiles);
        return quantiles;
    }

    /// <summary>Returns the values that are kept, sorted, with their weights.</summary>
    internal WeightedPoints Points()
    {
        var points = new WeightedPoints();
        foreach (Level level in _levels.Values)
        {
            level.Settle();
            points.Merge(level.Sorted);
        }

        return points;
    }

    /// <summary>Sorts the values in place, so that a sketch read from a file continues as this one does.</summary>
    /// <remarks>The order of equal values of different weights depends on when they are sorted.</remarks>
    internal void Settle()
    {
        foreach (Level level in _levels.Values)
        {
            level.Settle();
        }
    }

    /// <summary>Writes the sketch, which is settled, as fields of the open JSON object.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("capacity", Capacity);
        json.WriteNumber("count", Count);
        json.WriteBoolean("weighted", _isWeighted);
        json.WriteNumber("raised", _raised);
        json.WriteNumber("lowered", _lowered);
        json.WriteStartArray("levels");
        foreach ((int exponent, Level level) in _levels)
        {
            json.WriteStartObject();
            json.WriteNumber("exponent", exponent);
            JsonText.WriteNumbers(json, "values", level.Sorted.Values);
            if (_isWeighted)
            {
                JsonText.WriteNumbers(json, "weights", level.Sorted.Weights);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads the sketch that <see cref="Write"/> wrote, up to the end of the object.</summary>
    /// <param name="fields">The object.</param>
    /// <param name="limit">The largest magnitude of a value.</param>
    internal static QuantileSketch Read(JsonFields fields, double limit)
    {
        int capacity = fields.Integer("capacity", int.MaxValue);
        if (capacity < MinimumCapacity)
        {
            throw fields.Error("capacity", Invariant($"is {capacity}; expected at least {MinimumCapacity}"));
        }

        var sketch = new QuantileSketch(capacity)
        {
            Count = fields.Number("count", minimum: 0),
            _isWeighted = fields.Flag("weighted"),
            _raised = fields.Number("raised", minimum: 0),
            _lowered = fields.Number("lowered", minimum: 0),
        };
        sketch._levels.Clear();
        double total = 0;
        foreach (JsonFields level in fields.Objects("levels"))
        {
            total += sketch.ReadLevel(level, limit);
        }

        fields.End();
        if (sketch._levels.Count == 0)
        {
            throw fields.Error("levels", "is empty; expected at least one level");
        }

        (sketch._latestExponent, sketch._latest) = sketch._levels.First();

        // Sums of weights are rounded in the order of the rows; numbers of rows are exact.
        double tolerance = sketch._isWeighted ? 1e-3 * total : total > 1L << 53 ? Math.ScaleB(total, -20) : 0;
        return double.IsFinite(total) && Math.Abs(sketch.Count - total) <= tolerance && (sketch.Count == 0) == (total == 0)
            ? sketch
            : throw fields.Error("count", Invariant($"is {sketch.Count}; the weights of the values add up to {total}"));
    }

    /// <summary>Reads a level; returns the sum of its weights.</summary>
    private double ReadLevel(JsonFields fields, double limit)
    {
        // From the smallest number above 0 to the largest.
        const int Lowest = -1074, Highest = 1023;
        int exponent = (int)Math.Clamp(fields.Long("exponent", Lowest), Lowest, Highest + 1);
        if (exponent > Highest || (_levels.Count > 0 && exponent <= _levels.Keys[^1]))
        {
            throw fields.Error("exponent", Invariant($"is {exponent}; expected ascending numbers up to {Highest}"));
        }

        double[] values = fields.Numbers("values");
        double[] weights = _isWeighted
            ? fields.Numbers("weights")
            : [.. Enumerable.Repeat(Math.ScaleB(1, exponent), values.Length)];
        fields.End();
        if (weights.Length != values.Length)
        {
            throw fields.Error("weights", Invariant($"has {weights.Length} elements for {values.Length} values"));
        }

        var level = new Level();
        for (int i = 0; i < values.Length; i++)
        {
            if (!(Math.Abs(values[i]) <= limit) || (i > 0 && values[i] < values[i - 1]))
            {
                throw fields.Error("values", Invariant($"has {values[i]}; expected ascending numbers of magnitudes up to {limit}"));
            }

            if (!(weights[i] > 0) || Math.ILogB(weights[i]) != exponent)
            {
                throw fields.Error("weights", Invariant($"has {weights[i]}, which is not of level {exponent}"));
            }

            level.Sorted.Add(values[i] + 0.0, weights[i]);
        }

        _levels.Add(exponent, level);
        _points += values.Length;
        return level.Sorted.TotalWeight;
    }

    private void Insert(double value, double weight)
    {
        LevelOf(Math.ILogB(weight)).Unsorted.Add(value + 0.0, weight);
        _isWeighted |= weight != 1;
        Count += weight;
        if (++_points >= Capacity)
        {
            Compact();
        }
    }

    /// <summary>Compacts levels until there is room for another value.</summary>
    private void Compact()
    {
        while (_points >= Capacity)
        {
            // Of the levels with at least an average number of values, the lowest errs least.
            int index = 0;
            while (_levels.Values[index].Count < 2 || (long)_levels.Values[index].Count * _levels.Count < _points)
            {
                if (++index == _levels.Count)
                {
                    return;   // No level has a pair: there are as many levels as values.
                }
            }

            Level level = _levels.Values[index];
            level.Settle();
            int count = level.Count;
            bool keepLower = _raised <= _lowered;
            double moved = level.Sorted.HalveInto(LevelOf(_levels.Keys[index] + 1).Sorted, keepLower);
            _raised += keepLower ? moved : 0;
            _lowered += keepLower ? 0 : moved;
            _points -= count / 2;
        }
    }

    private Level LevelOf(int exponent)
    {
        if (exponent != _latestExponent)
        {
            if (!_levels.TryGetValue(exponent, out Level? level))
            {
                level = new Level();
                _levels.Add(exponent, level);
            }

            (_latestExponent, _latest) = (exponent, level);
        }

        return _latest;
    }

    /// <summary>Values of similar weights.</summary>
    private sealed class Level
    {
        public WeightedPoints Sorted { get; private set; } = new();

        /// <summary>Values added since <see cref="Sorted"/> was sorted.</summary>
        public WeightedPoints Unsorted { get; private set; } = new();

        public int Count => Sorted.Count + Unsorted.Count;

        public void Settle()
        {
            Unsorted.Sort();
            if (Sorted.Count == 0)
            {
                (Sorted, Unsorted) = (Unsorted, Sorted);
                return;
            }

            Sorted.Merge(Unsorted);
            Unsorted.Clear();
        }
    }
}
