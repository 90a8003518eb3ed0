namespace Evenkeel.Studies.Measured;

/// <summary>A run that is to be made.</summary>
/// <param name="Conditions">What sets it apart from the other runs of its seed: a level for each factor, in their order.</param>
/// <param name="Run">Makes it; it stops where the token says so.</param>
internal sealed record Trial(IReadOnlyList<string> Conditions, Action<Recorder, CancellationToken> Run);

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
