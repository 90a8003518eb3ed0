using Evenkeel.Layers;
using Evenkeel.Tensors;

namespace Evenkeel.Training;

/// <summary>A rule that updates parameters from their gradients.</summary>
/// <remarks>
/// To define an optimizer, override <see cref="Update"/>; <see cref="ParameterStates{TState}"/> keeps what it remembers of each parameter.
/// </remarks>
public abstract class Optimizer
{
    private readonly Dictionary<Parameter, ParameterGroup> _groupOf = [];
    private IReadOnlyList<ParameterGroup> _groups = [];
    private double _learningRate;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate, finite and not negative.</param>
    /// <param name="weightDecay">The weight decay, finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is negative or not finite.</exception>
    protected Optimizer(double learningRate, double weightDecay = 0)
    {
        _learningRate = CheckNotNegative(learningRate, nameof(learningRate));
        WeightDecay = CheckNotNegative(weightDecay, nameof(weightDecay));
    }

    /// <summary>The learning rate; it may be changed between steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double LearningRate
    {
        get => _learningRate;
        set => _learningRate = CheckNotNegative(value, nameof(value));
    }

    /// <summary>The weight decay of parameters without a group of their own.</summary>
    public double WeightDecay { get; }

    /// <summary>Parameters with settings of their own; empty by default.</summary>
    /// <exception cref="ArgumentNullException">The value or a group is null.</exception>
    /// <exception cref="ArgumentException">A parameter is in two groups.</exception>
    public IReadOnlyList<ParameterGroup> Groups
    {
        get => _groups;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (ParameterGroup group in value)
            {
                ArgumentNullException.ThrowIfNull(group, nameof(value));
                foreach (Parameter parameter in group.Parameters)
                {
                    if (!_groupOf.TryAdd(parameter, group))
                    {
                        throw new ArgumentException($"The parameter '{parameter.Name}' is in two groups, or twice in one.", nameof(value));
                    }
                }
            }

            _groups = [.. value];
        }
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
            if (!parameter.IsTrainable)
            {
                continue;
            }

            if (_groups.Count > 0 && _groupOf.TryGetValue(parameter, out ParameterGroup? group))
            {
                Update(parameter, group.LearningRateFactor * LearningRate, group.WeightDecay ?? WeightDecay);
            }
            else
            {
                Update(parameter, LearningRate, WeightDecay);
            }
        }
    }

    /// <summary>Updates one parameter by one step.</summary>
    /// <param name="parameter">The parameter, whose <see cref="Parameter.Value"/> is changed in place.</param>
    /// <param name="learningRate">The learning rate of this parameter.</param>
    /// <param name="weightDecay">The weight decay of this parameter.</param>
    protected abstract void Update(Parameter parameter, double learningRate, double weightDecay);

    /// <summary>The state of a parameter, which checkpoints save and load: a momentum, averages of the gradient.</summary>
    /// <remarks>
    /// An optimizer of your own overrides it, with an empty list if it has no state; otherwise it cannot be in a checkpoint.
    /// </remarks>
    /// <param name="parameter">The parameter.</param>
    /// <param name="create">
    /// Whether to create the state if there is none yet, as before it is loaded; otherwise the list is then empty.
    /// </param>
    /// <returns>Tensors in the memory of the optimizer, with PyTorch's names: <c>exp_avg</c>.</returns>
    /// <exception cref="NotSupportedException">The optimizer does not override this.</exception>
    protected internal virtual IReadOnlyList<StateTensor> StateOf(Parameter parameter, bool create) =>
        throw new NotSupportedException(
            $"{GetType().Name} does not override {nameof(StateOf)}, so that checkpoints cannot hold its state.");

    /// <summary>The settings beside learning rate, weight decay and groups, as text; a checkpoint of others is refused.</summary>
    protected internal virtual string Settings => GetType().Name;

    internal static double CheckNotNegative(double value, string name) => value >= 0 && float.IsFinite((float)value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The value must be finite and not negative in single precision.");

    private protected static double CheckFraction(double value, string name) => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The value must be at least 0 and below 1.");
}
