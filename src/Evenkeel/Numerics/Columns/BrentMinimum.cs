namespace Evenkeel.Numerics.Columns;

/// <summary>Searches an interval for the minimum of a function that has one minimum there; the caller evaluates the function.</summary>
/// <remarks>
/// Each step takes the lowest point of a parabola through the three best points so far, or, where that makes no progress, the
/// golden section of the longer side. A value that is not a number counts as infinite. Source: Brent, "Algorithms for minimization without
/// derivatives", 1973, chapter 5.
/// </remarks>
internal sealed class BrentMinimum
{
    /// <summary>About √ε of double precision: values at closer points differ by no more than rounding.</summary>
    private const double Tolerance = 1e-8;

    private const double GoldenSection = 0.3819660112501051;

    private double _low;
    private double _high;
    private (double Point, double Value) _best;
    private (double Point, double Value) _second;
    private (double Point, double Value) _third;
    private double _step;
    private double _stepBefore;
    private bool _hasValue;

    /// <summary>Starts a search.</summary>
    /// <param name="low">The interval's low end.</param>
    /// <param name="high">The interval's high end.</param>
    public BrentMinimum(double low, double high)
    {
        (_low, _high) = (low, high);
        Point = low + GoldenSection * (high - low);
    }

    /// <summary>The point at which to evaluate the function next; the minimum, once <see cref="IsDone"/>.</summary>
    public double Point { get; private set; }

    /// <summary>True once the minimum is found.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Takes the function's value at <see cref="Point"/>.</summary>
    public void Tell(double value)
    {
        (double Point, double Value) told = (Point, double.IsNaN(value) ? double.PositiveInfinity : value);
        if (_hasValue)
        {
            Rank(told);
        }
        else
        {
            _best = _second = _third = told;
            _hasValue = true;
        }

        double middle = 0.5 * (_low + _high);
        double tolerance = Tolerance * (1 + Math.Abs(_best.Point));
        if (Math.Abs(_best.Point - middle) <= 2 * tolerance - 0.5 * (_high - _low))
        {
            Point = _best.Point;
            IsDone = true;
            return;
        }

        double step = GoldenStep(middle);
        if (Math.Abs(_stepBefore) > tolerance && TryParabola(out double parabola))
        {
            _stepBefore = _step;
            bool isAtEnd = _best.Point + parabola - _low < 2 * tolerance || _high - _best.Point - parabola < 2 * tolerance;
            step = isAtEnd ? Math.CopySign(tolerance, middle - _best.Point) : parabola;
        }
        else
        {
            _stepBefore = _best.Point >= middle ? _low - _best.Point : _high - _best.Point;
        }

        _step = step;
        Point = _best.Point + (Math.Abs(step) >= tolerance ? step : Math.CopySign(tolerance, step));
    }

    private void Rank((double Point, double Value) told)
    {
        bool isRight = told.Point >= _best.Point;
        if (told.Value <= _best.Value)
        {
            (_low, _high) = isRight ? (_best.Point, _high) : (_low, _best.Point);
            (_best, _second, _third) = (told, _best, _second);
            return;
        }

        (_low, _high) = isRight ? (_low, told.Point) : (told.Point, _high);
        if (told.Value <= _second.Value || _second.Point == _best.Point)
        {
            (_second, _third) = (told, _second);
        }
        else if (told.Value <= _third.Value || _third.Point == _best.Point || _third.Point == _second.Point)
        {
            _third = told;
        }
    }

    private double GoldenStep(double middle) =>
        GoldenSection * (_best.Point >= middle ? _low - _best.Point : _high - _best.Point);

    /// <summary>
    /// Computes the step to the parabola's vertex; fails if that is outside, or not shorter than half of the step before the last.
    /// </summary>
    private bool TryParabola(out double step)
    {
        double r = (_best.Point - _second.Point) * (_best.Value - _third.Value);
        double q = (_best.Point - _third.Point) * (_best.Value - _second.Value);
        double p = (_best.Point - _third.Point) * q - (_best.Point - _second.Point) * r;
        step = p / (2 * (r - q));

        // Infinite values give no parabola: comparisons with NaN are false.
        return Math.Abs(step) < 0.5 * Math.Abs(_stepBefore) && step > _low - _best.Point && step < _high - _best.Point;
    }
}
