namespace Evenkeel.Studies.Results;

/// <summary>Takes down what a run measures.</summary>
internal sealed class Recorder
{
    private readonly List<Measurement> _points = [];

    /// <summary>What was measured so far.</summary>
    public IReadOnlyList<Measurement> Points => _points;

    /// <summary>Takes down a number.</summary>
    /// <param name="quantity">What it is.</param>
    /// <param name="value">The number.</param>
    /// <param name="x">Where it was measured.</param>
    public void Add(string quantity, double value, double x = 0) =>
        _points.Add(new Measurement(quantity, x, double.IsFinite(value) ? value : null));
}
