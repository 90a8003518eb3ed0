using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>A summary of a stream of values, of limited size, from which any quantile can be told, with a bound of its error.</summary>
/// <remarks>
/// <para>
/// Values are kept with weights, in levels: level h holds those of weights from 2ʰ to 2ʰ⁺¹. When there are too many, a level is
/// compacted: its values are sorted, and of each two neighbours one is kept with the weights of both, and moves up a level.
/// For a number that lies between the two of a pair, the weight of the values below it changes, by the weight that was
/// dropped; no number lies in two pairs. So a compaction changes no rank by more than the largest weight it drops: up where the
/// lower values are kept, down where the upper ones are. Both are added up, and what has erred less so far is what errs next;
/// the larger sum is <see cref="RankErrorBound"/>, or all the weight, where that is less.
/// </para>
/// <para>
/// Nothing is random: the same values in the same order give the same bits. Sketches that are merged keep a bound that holds,
/// whatever the order. Until there are as many values as the capacity, nothing is compacted, and quantiles are exact.
/// </para>
/// <para>
/// Sources: Munro and Paterson, "Selection and sorting with limited storage", 1980; Manku, Rajagopalan and Lindsay, "Approximate
/// medians and other quantiles in one pass and with limited memory", 1998.
/// </para>
/// </remarks>
public sealed class QuantileSketch
{
    /// <summary>The capacity where none is given.</summary>
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

    /// <summary>Makes an empty sketch.</summary>
    /// <param name="capacity">How many values are kept at most, at least <see cref="MinimumCapacity"/>; each takes 16 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below <see cref="MinimumCapacity"/>.</exception>
    public QuantileSketch(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, MinimumCapacity);
        Capacity = capacity;
        _levels.Add(_latestExponent, _latest);
    }

    /// <summary>How many values are kept at most.</summary>
    public int Capacity { get; }

    /// <summary>The number of values added, or the sum of their weights.</summary>
    public double Count { get; private set; }

    /// <summary>By how much, in weight, the rank of a quantile may be off; 0 as long as the sketch is exact.</summary>
    /// <remarks>
    /// For any number x, the weight of the values up to x differs from what the sketch takes it for by no more than this.
    /// </remarks>
    public double RankErrorBound => Math.Min(Count, Math.Max(_raised, _lowered));

    /// <summary><see cref="RankErrorBound"/> as a share of <see cref="Count"/>: 0.01 where the median is between the 49th and 51st percentile.</summary>
    public double RelativeRankErrorBound => Count == 0 ? 0 : RankErrorBound / Count;

    /// <summary>Adds a value.</summary>
    /// <param name="value">The value, finite: missing values are the caller's to leave out.</param>
    /// <param name="weight">How often it counts, finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite, or the weight not, or negative; or the sum of all weights is not.</exception>
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
                nameof(weight),
                weight,
                Invariant($"The weight is {weight}; it must be finite and not negative."));
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

    /// <summary>Adds values with their weights, which have been checked.</summary>
    internal void Add(WeightedPoints points)
    {
        for (int i = 0; i < points.Count; i++)
        {
            Insert(points.Values[i], points.Weights[i]);
        }
    }

    /// <summary>Takes in what another sketch was given, as far as it knows it.</summary>
    /// <param name="other">The other sketch, of any capacity; stays as it is.</param>
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

    /// <summary>The value below which a share of the weight lies.</summary>
    /// <remarks>
    /// Where all weights are 1: with n values in order, what lies at (n − 1)·probability, interpolated linearly between two of them.
    /// Otherwise the value at which the cumulative weight reaches the share, and the mean of it and the next where it reaches it
    /// exactly, so that the scale of the weights does not matter. The rank of either is off by up to <see cref="RankErrorBound"/>.
    /// What is kept is sorted for it, so that no other thread may use the sketch meanwhile, to ask neither.
    /// </remarks>
    /// <param name="probability">The share, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not from 0 to 1.</exception>
    /// <exception cref="InvalidOperationException">The sketch is empty.</exception>
    public double Quantile(double probability)
    {
        if (!(probability >= 0 && probability <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(probability),
                probability,
                Invariant($"The probability is {probability}; it must be from 0 to 1."));
        }

        if (_points == 0)
        {
            throw new InvalidOperationException("The sketch is empty: it has no quantiles.");
        }

        return Quantiles(probability)[0];
    }

    /// <summary>A sketch that holds the same, and goes on on its own.</summary>
    internal QuantileSketch Copy()
    {
        var copy = new QuantileSketch(Capacity);
        copy.Merge(this);
        return copy;
    }

    /// <summary>Several quantiles, for the price of one; the sketch is not empty.</summary>
    internal double[] Quantiles(params ReadOnlySpan<double> probabilities)
    {
        WeightedPoints points = Points();
        var quantiles = new double[probabilities.Length];
        for (int i = 0; i < quantiles.Length; i++)
        {
            quantiles[i] = points.Quantile(probabilities[i], _isWeighted);
        }

        return quantiles;
    }

    /// <summary>The values that are kept, sorted, with their weights.</summary>
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

    /// <summary>Compacts levels until there is room for a value.</summary>
    private void Compact()
    {
        while (_points >= Capacity)
        {
            // Of levels that have their share of the values, or more, the lowest errs least.
            int index = 0;
            while (_levels.Values[index].Count < 2 || (long)_levels.Values[index].Count * _levels.Count < _points)
            {
                if (++index == _levels.Count)
                {
                    return;   // Nothing can be paired: there are as many levels as values.
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

        /// <summary>Those that came since <see cref="Sorted"/> was sorted.</summary>
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
