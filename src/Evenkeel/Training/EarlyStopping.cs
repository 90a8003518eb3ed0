namespace Evenkeel.Training;

/// <summary>Ends a call of <c>Fit</c> once the measure of the validation no longer improves.</summary>
public sealed record EarlyStopping
{
    private readonly int _patience = 5;
    private readonly double _minDelta;

    /// <summary>The number of epochs in a row without an improvement after which training stops, at least 1. Default 5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Patience
    {
        get => _patience;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _patience = value;
        }
    }

    /// <summary>The difference that an improvement must exceed, finite and not negative. Default 0.</summary>
    /// <remarks>It is counted from the last improvement, so that small steps add up to one.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double MinDelta
    {
        get => _minDelta;
        init => _minDelta = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The difference must be finite and not negative.");
    }
}
