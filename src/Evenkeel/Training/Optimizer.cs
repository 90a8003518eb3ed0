using Evenkeel.Layers;

namespace Evenkeel.Training;

/// <summary>How parameters move, given their gradients.</summary>
public abstract class Optimizer
{
    private double _learningRate;

    /// <summary>Sets the learning rate.</summary>
    /// <param name="learningRate">The learning rate, finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> is negative or not finite.</exception>
    protected Optimizer(double learningRate) => _learningRate = CheckNotNegative(learningRate, nameof(learningRate));

    /// <summary>The learning rate; may be changed between steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double LearningRate
    {
        get => _learningRate;
        set => _learningRate = CheckNotNegative(value, nameof(value));
    }

    /// <summary>Moves the parameters by one step; leaves the gradients as they are.</summary>
    /// <param name="parameters">The parameters: the same ones at each call, since what an optimizer remembers belongs to a parameter.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    public void Step(IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        for (int i = 0; i < parameters.Count; i++)
        {
            Move(parameters[i]);
        }
    }

    /// <summary>Moves one parameter by one step.</summary>
    /// <param name="parameter">The parameter.</param>
    protected abstract void Move(Parameter parameter);

    private protected static double CheckNotNegative(double value, string name) => value >= 0 && float.IsFinite((float)value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "Must be finite and not negative, in single precision.");

    private protected static double CheckFraction(double value, string name) => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "Must be at least 0 and below 1.");
}
