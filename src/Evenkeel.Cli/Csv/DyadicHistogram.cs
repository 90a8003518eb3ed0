namespace Evenkeel.Cli.Csv;

/// <summary>How values that come one by one are distributed over bins of equal width.</summary>
/// <remarks>
/// The width is a power of two and bins begin at its multiples, so that two neighbours make a bin of twice the width: where the bins
/// do not suffice, they are joined. So the counts are exact, need one pass, and do not depend on the order of values or merges.
/// </remarks>
internal sealed class DyadicHistogram
{
    /// <summary>How many bins there are at most.</summary>
    public const int MostBins = 32;

    // Bins of the finest width that a number of this size can tell apart.
    private const int MantissaBits = 52;
    private const int SmallestExponent = -1022;

    private readonly long[] _counts = new long[MostBins];
    private int _exponent = SmallestExponent;
    private double _binsPerUnit = Math.ScaleB(1, -SmallestExponent);
    private long _first;
    private int _used;

    /// <summary>Where the first bin begins.</summary>
    public double Low => _first * Width;

    /// <summary>How wide a bin is.</summary>
    public double Width => Math.ScaleB(1, _exponent);

    /// <summary>How many values lie in each bin.</summary>
    public ReadOnlySpan<long> Counts => _counts.AsSpan(0, _used);

    /// <summary>Counts a finite value.</summary>
    public void Add(double value)
    {
        int exponent = value == 0 ? SmallestExponent : Math.ILogB(value) - MantissaBits;
        if (exponent > _exponent)
        {
            Coarsen(exponent);
        }

        // What is too small to be told from zero lies below it all the same.
        double bin = Math.Floor(value * _binsPerUnit);
        Add(bin == 0 && value < 0 ? -1 : (long)bin, 1);
    }

    /// <summary>Counts the values of another histogram.</summary>
    public void Merge(DyadicHistogram other)
    {
        Coarsen(Math.Max(_exponent, other._exponent));
        for (int i = 0; i < other._used; i++)
        {
            // The bins may become wider with each of them.
            Add((other._first + i) >> Math.Min(_exponent - other._exponent, 63), other._counts[i]);
        }
    }

    private void Add(long bin, long count)
    {
        if (count == 0)
        {
            return;
        }

        if (_used == 0)
        {
            _first = bin;
        }

        while (Math.Max(bin, _first + _used - 1) - Math.Min(bin, _first) >= MostBins)
        {
            Coarsen(_exponent + 1);
            bin >>= 1;
        }

        if (bin < _first)
        {
            int shift = (int)(_first - bin);
            _counts.AsSpan(0, _used).CopyTo(_counts.AsSpan(shift));
            _counts.AsSpan(0, shift).Clear();
            _first = bin;
            _used += shift;
        }

        _used = Math.Max(_used, (int)(bin - _first) + 1);
        _counts[bin - _first] += count;
    }

    /// <summary>Joins bins until they have a width.</summary>
    private void Coarsen(int exponent)
    {
        int halvings = Math.Min(exponent - _exponent, 63);
        _exponent = exponent;
        _binsPerUnit = Math.ScaleB(1, -exponent);
        if (halvings == 0 || _used == 0)
        {
            return;
        }

        long first = _first >> halvings;
        for (int i = 0; i < _used; i++)
        {
            long count = _counts[i];
            _counts[i] = 0;
            _counts[((_first + i) >> halvings) - first] += count;
        }

        _used = (int)(((_first + _used - 1) >> halvings) - first) + 1;
        _first = first;
    }
}
