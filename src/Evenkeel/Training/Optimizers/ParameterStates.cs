using Evenkeel.Layers;

namespace Evenkeel.Training;

/// <summary>The state that an optimizer keeps for each parameter, such as a momentum, created at the parameter's first step.</summary>
/// <typeparam name="TState">The type of the state of one parameter.</typeparam>
/// <param name="create">Creates the state of a parameter.</param>
public sealed class ParameterStates<TState>(Func<Parameter, TState> create)
    where TState : class
{
    private readonly Dictionary<Parameter, TState> _states = [];
    private readonly Func<Parameter, TState> _create = create ?? throw new ArgumentNullException(nameof(create));

    /// <summary>Whether state was created for a parameter.</summary>
    /// <param name="parameter">The parameter.</param>
    public bool Contains(Parameter parameter) => _states.ContainsKey(parameter);

    /// <summary>The state of a parameter.</summary>
    /// <param name="parameter">The parameter itself: another one of the same name has a state of its own.</param>
    public TState this[Parameter parameter]
    {
        get
        {
            if (!_states.TryGetValue(parameter, out TState? state))
            {
                state = _create(parameter);
                _states.Add(parameter, state);
            }

            return state;
        }
    }
}
