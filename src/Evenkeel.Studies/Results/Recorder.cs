namespace Evenkeel.Studies.Results;

/// <summary>Records what a run measures.</summary>
internal sealed class Recorder
{
    private readonly List<Measurement> _points = [];
    private readonly List<MeasuredHistogram> _histograms = [];

    /// <summary>The numbers recorded so far.</summary>
    public IReadOnlyList<Measurement> Points => _points;

    /// <summary>The distributions recorded so far; null if there are none.</summary>
    public IReadOnlyList<MeasuredHistogram>? Histograms => _histograms.Count == 0 ? null : _histograms;

    /// <summary>Records a number.</summary>
    /// <param name="quantity">The quantity.</param>
    /// <param name="value">The number.</param>
    /// <param name="x">Where it was measured.</param>
    public void Add(string quantity, double value, double x = 0) =>
        _points.Add(new Measurement(quantity, x, double.IsFinite(value) ? value : null));

    /// <summary>Records a distribution.</summary>
    /// <param name="quantity">The quantity.</param>
    /// <param name="values">The values.</param>
    /// <param name="bins">The number of bins.</param>
    /// <param name="x">Where it was measured.</param>
    public void AddHistogram(string quantity, ReadOnlySpan<float> values, int bins, double x) =>
        _histograms.Add(MeasuredHistogram.Of(quantity, x, values, bins));
}
