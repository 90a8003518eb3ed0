namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>Gradient descent with a constant learning rate, from weights of zero.</summary>
internal sealed class Descent
{
    private readonly SquaredError _error;
    private readonly double[] _weights;
    private readonly double[] _gradient;

    public Descent(SquaredError error, double learningRate)
    {
        _error = error;
        _weights = new double[error.Weights];
        _gradient = new double[error.Weights];
        LearningRate = learningRate;
        Loss = error.Differentiate(_weights, _gradient);
    }

    public double LearningRate { get; }

    /// <summary>How many steps were taken.</summary>
    public int Steps { get; private set; }

    /// <summary>Where the descent is.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>The loss there.</summary>
    public double Loss { get; private set; }

    /// <summary>w ← w − learning rate · gradient.</summary>
    public void Step()
    {
        for (int i = 0; i < _weights.Length; i++)
        {
            _weights[i] -= LearningRate * _gradient[i];
        }

        Loss = _error.Differentiate(_weights, _gradient);
        Steps++;
    }
}
