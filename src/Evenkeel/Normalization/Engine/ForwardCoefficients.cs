using System.Runtime.CompilerServices;

namespace Evenkeel.Normalization;

/// <summary>Gives the statistics of a range of sets, and receives the coefficients of their map: y = scale·x̂ + shift.</summary>
/// <remarks>
/// x̂ = (x − mean)·invStd. A set holds the elements that share statistics. Sets are numbered channel by channel, sample after sample.
/// </remarks>
public readonly ref struct ForwardCoefficients
{
    private readonly SetStatistics _statistics;
    private readonly Span<double> _mean;
    private readonly Span<double> _invStd;
    private readonly Span<float> _center;
    private readonly Span<float> _scale;
    private readonly Span<float> _shift;

    internal ForwardCoefficients(SetBuffers buffers, SetStatistics statistics, int first, int count)
    {
        First = first;
        _statistics = statistics;
        _mean = buffers.Means.Slice(first, count);
        _invStd = buffers.InvStds.Slice(first, count);
        _center = buffers.Center.Slice(first, count);
        _scale = buffers.Scale.Slice(first, count);
        _shift = buffers.Shift.Slice(first, count);
    }

    /// <summary>The number of the first set of the range.</summary>
    public int First { get; }

    /// <summary>The number of sets in the range.</summary>
    public int Count => _mean.Length;

    /// <summary>Whether a mask leaves the i-th set no element, so that it has no mean and no variance.</summary>
    /// <param name="i">The index within the range.</param>
    public bool IsEmpty(int i) => _statistics.IsEmpty(i);

    /// <summary>The mean that normalizes the i-th set.</summary>
    /// <param name="i">The index within the range.</param>
    public double Mean(int i) => _statistics.Mean(i);

    /// <summary>The population variance that normalizes the i-th set.</summary>
    /// <param name="i">The index within the range.</param>
    public double Variance(int i) => _statistics.Variance(i);

    /// <summary>Writes the coefficients of the i-th set of the range.</summary>
    /// <param name="i">The index within the range, from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="mean">The value subtracted from x.</param>
    /// <param name="invStd">The factor of x − mean that gives x̂.</param>
    /// <param name="scale">The factor of x̂.</param>
    /// <param name="shift">The value added to scale·x̂.</param>
    /// <exception cref="IndexOutOfRangeException"><paramref name="i"/> is not in the range.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int i, double mean, double invStd, double scale, double shift)
    {
        _mean[i] = mean;
        _invStd[i] = invStd;

        // The center is the mean rounded to single precision, and the shift makes up for the rounding, so that a large mean
        // does not drown a small deviation.
        double center = (float)mean;
        _center[i] = (float)mean;
        _scale[i] = (float)(scale * invStd);
        _shift[i] = (float)(shift - (mean - center) * (scale * invStd));
    }
}
