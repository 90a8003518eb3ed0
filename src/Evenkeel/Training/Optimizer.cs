using Evenkeel.Layers;

namespace Evenkeel.Training;

/// <summary>A rule that updates parameters from their gradients.</summary>
/// <remarks>
/// To define an optimizer, override <see cref="Update"/>; <see cref="ParameterStates{TState}"/> keeps what it remembers of each parameter.
/// </remarks>
public abstract class Optimizer
{
    private double _learningRate;

    /// <summary>Creates an optimizer with a learning rate.</summary>
    /// <param name="learningRate">The learning rate, finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> is negative or not finite.</exception>
    protected Optimizer(double learningRate) => _learningRate = CheckNotNegative(learningRate, nameof(learningRate));

    /// <summary>The learning rate; it may be changed between steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double LearningRate
    {
        get => _learningRate;
        set => _learningRate = CheckNotNegative(value, nameof(value));
    }

    /// <summary>Updates each trainable parameter by one step; does not change the gradients.</summary>
    /// <param name="parameters">The parameters. Pass the same objects at each call: the optimizer's state belongs to them.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> or one of them is null.</exception>
    public void Step(IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        for (int i = 0; i < parameters.Count; i++)
        {
            Parameter parameter = parameters[i];
            ArgumentNullException.ThrowIfNull(parameter, nameof(parameters));
            if (parameter.IsTrainable)
            {
                Update(parameter);
            }
        }
    }

    /// <summary>Updates one parameter by one step.</summary>
    /// <param name="parameter">The parameter, whose <see cref="Parameter.Value"/> is changed in place.</param>
    protected abstract void Update(Parameter parameter);

    private protected static double CheckNotNegative(double value, string name) => value >= 0 && float.IsFinite((float)value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The value must be finite and not negative in single precision.");

    private protected static double CheckFraction(double value, string name) => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The value must be at least 0 and below 1.");
}
