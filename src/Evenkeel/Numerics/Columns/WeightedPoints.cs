using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>A list of weighted values that can be sorted, merged and thinned.</summary>
internal sealed class WeightedPoints
{
    private double[] _values = [];
    private double[] _weights = [];
    private bool _sameWeights = true;

    public int Count { get; private set; }

    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    public ReadOnlySpan<double> Weights => _weights.AsSpan(0, Count);

    /// <summary>Appends a point.</summary>
    public void Add(double value, double weight)
    {
        Reserve(Count + 1);
        _values[Count] = value;
        _weights[Count] = weight;
        _sameWeights &= weight == _weights[0];
        Count++;
    }

    /// <summary>Appends points.</summary>
    public void Add(WeightedPoints points)
    {
        Reserve(Count + points.Count);
        points.Values.CopyTo(_values.AsSpan(Count));
        points.Weights.CopyTo(_weights.AsSpan(Count));
        _sameWeights &= points._sameWeights && (Count == 0 || points.Count == 0 || points._weights[0] == _weights[0]);
        Count += points.Count;
    }

    /// <summary>Sorts the points by value.</summary>
    public void Sort()
    {
        if (_sameWeights)
        {
            _values.AsSpan(0, Count).Sort();
        }
        else
        {
            _values.AsSpan(0, Count).Sort(_weights.AsSpan(0, Count));
        }
    }

    /// <summary>Merges sorted points into these, which are sorted.</summary>
    public void Merge(WeightedPoints points)
    {
        // From the end, where there is room, so that nothing is overwritten before it has moved (even if both are the same object).
        int own = Count - 1, other = points.Count - 1;
        Add(points);
        double[] values = points._values, weights = points._weights;
        for (int i = Count - 1; other >= 0; i--)
        {
            if (own >= 0 && _values[own] > values[other])
            {
                (_values[i], _weights[i]) = (_values[own], _weights[own]);
                own--;
            }
            else
            {
                (_values[i], _weights[i]) = (values[other], weights[other]);
                other--;
            }
        }
    }

    /// <summary>
    /// Moves one of each two neighbouring points, with the weight of both, into other points; all are sorted. If the number is odd,
    /// the last point stays.
    /// </summary>
    /// <returns>The largest weight that has moved from one value to another.</returns>
    public double HalveInto(WeightedPoints points, bool keepLower)
    {
        double moved = 0;
        int pairs = Count / 2, kept = keepLower ? 0 : 1;
        (double lastValue, double lastWeight, bool isOdd) = (_values[Count - 1], _weights[Count - 1], Count % 2 == 1);
        for (int i = 0; i < pairs; i++)
        {
            moved = Math.Max(moved, _weights[2 * i + 1 - kept]);
            _weights[i] = _weights[2 * i] + _weights[2 * i + 1];
            _values[i] = _values[2 * i + kept];
        }

        Count = pairs;
        points.Merge(this);
        Clear();
        if (isOdd)
        {
            Add(lastValue, lastWeight);
        }

        return moved;
    }

    public void Clear()
    {
        Count = 0;
        _sameWeights = true;
    }

    /// <summary>The sum of the weights.</summary>
    public double TotalWeight => Total().High;

    /// <summary>Computes a quantile of these points, which are sorted and at least one.</summary>
    /// <inheritdoc cref="Quantiles"/>
    public double Quantile(double probability, bool isWeighted)
    {
        double quantile = 0;
        Quantiles([probability], isWeighted, new Span<double>(ref quantile));
        return quantile;
    }

    /// <summary>Computes quantiles of these points, which are sorted and at least one, in one sweep if the probabilities ascend.</summary>
    /// <remarks>
    /// Without weights: rank (n − 1)·probability of the n sorted values, interpolated linearly. With weights: the value at which the
    /// cumulative weight reaches the fraction probability of the total; the mean of it and the next value if the cumulative weight
    /// equals that fraction.
    /// </remarks>
    /// <param name="probabilities">From 0 to 1.</param>
    /// <param name="isWeighted">True if a weight was other than 1 before points were halved.</param>
    /// <param name="quantiles">Receives a quantile per probability.</param>
    public void Quantiles(ReadOnlySpan<double> probabilities, bool isWeighted, Span<double> quantiles)
    {
        (double High, double Low) total = Total();
        Cursor cursor = default;
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (i == 0 || probabilities[i] < probabilities[i - 1])
            {
                cursor = new Cursor(0, (_weights[0], 0));
            }

            quantiles[i] = isWeighted
                ? WeightedQuantile(probabilities[i], total, ref cursor)
                : QuantileOfRepeated(probabilities[i], total.High, ref cursor);
        }
    }

    // After thinning, the weight of a point is the number of values that it stands for.
    private double QuantileOfRepeated(double probability, double count, ref Cursor cursor)
    {
        double position = (count - 1) * probability;
        double whole = Math.Floor(position);
        (int lower, (double end, _)) = cursor;
        while (end <= whole)
        {
            end += _weights[++lower];
        }

        cursor = new Cursor(lower, (end, 0));
        int upper = end <= whole + 1 && lower < Count - 1 ? lower + 1 : lower;
        return Interpolation.Between(_values[lower], _values[upper], position - whole);
    }

    private double WeightedQuantile(double probability, (double High, double Low) total, ref Cursor cursor)
    {
        double wanted = total.High * probability;
        double rest = Fused.MultiplyAdd(total.High, probability, -wanted) + total.Low * probability;
        while (cursor.Point < Count - 1)
        {
            double beyond = cursor.Sum.High - wanted + (cursor.Sum.Low - rest);
            if (beyond >= 0)
            {
                return beyond > 0
                    ? _values[cursor.Point]
                    : Interpolation.Between(_values[cursor.Point], _values[cursor.Point + 1], 0.5);
            }

            int next = cursor.Point + 1;
            cursor = new Cursor(next, Add(cursor.Sum, _weights[next]));
        }

        return _values[Count - 1];
    }

    // Sums are kept in two parts, so that weights such as 0.1 reach a half exactly.
    private (double High, double Low) Total()
    {
        (double High, double Low) total = default;
        foreach (double weight in Weights)
        {
            total = Add(total, weight);
        }

        return total;
    }

    private static (double High, double Low) Add((double High, double Low) sum, double term)
    {
        double high = sum.High + term;
        double part = high - sum.High;
        return (high, sum.Low + (sum.High - (high - part) + (term - part)));
    }

    private void Reserve(int count)
    {
        if (count > _values.Length)
        {
            int length = Math.Max(count, Math.Max(16, _values.Length + _values.Length / 2));
            Array.Resize(ref _values, length);
            Array.Resize(ref _weights, length);
        }
    }

    /// <summary>A point, and the sum of the weights up to it, in two parts.</summary>
    private readonly record struct Cursor(int Point, (double High, double Low) Sum);
}
