namespace Evenkeel.Tables.Profiles;

/// <summary>A histogram of values added one by one, with bins of equal width.</summary>
/// <remarks>
/// The width is a power of two and bins begin at its multiples, so that two neighbouring bins can be merged into one of twice the
/// width whenever there are too many. Counts are therefore exact, need one pass, and do not depend on the order of values or merges.
/// </remarks>
internal sealed class DyadicHistogram
{
    /// <summary>The maximum number of bins.</summary>
    public const int MaxBins = 32;

    // The finest bins that a number of this magnitude can resolve.
    private const int MantissaBits = 52;
    private const int SmallestExponent = -1022;

    private readonly long[] _counts = new long[MaxBins];
    private int _exponent = SmallestExponent;
    private double _binsPerUnit = Math.ScaleB(1, -SmallestExponent);
    private long _first;
    private int _used;

    /// <summary>The lower end of the first bin.</summary>
    public double Low => _first * Width;

    /// <summary>The width of a bin.</summary>
    public double Width => Math.ScaleB(1, _exponent);

    /// <summary>The number of values in each bin.</summary>
    public ReadOnlySpan<long> Counts => _counts.AsSpan(0, _used);

    /// <summary>Counts a finite value.</summary>
    public void Add(double value)
    {
        int exponent = value == 0 ? SmallestExponent : Math.ILogB(value) - MantissaBits;
        if (exponent > _exponent)
        {
            Coarsen(exponent);
        }

        // A negative number too small for its product to differ from zero still lies below zero.
        double bin = Math.Floor(value * _binsPerUnit);
        Add(bin == 0 && value < 0 ? -1 : (long)bin, 1);
    }

    /// <summary>Counts the values of another histogram.</summary>
    public void Merge(DyadicHistogram other)
    {
        Coarsen(Math.Max(_exponent, other._exponent));
        for (int i = 0; i < other._used; i++)
        {
            // Each addition may widen the bins.
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

        while (Math.Max(bin, _first + _used - 1) - Math.Min(bin, _first) >= MaxBins)
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

    /// <summary>Merges bins until they have the given width.</summary>
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
