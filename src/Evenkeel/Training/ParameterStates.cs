using Evenkeel.Layers;

namespace Evenkeel.Training;

/// <summary>What an optimizer remembers of each parameter, made when it first meets it.</summary>
internal sealed class ParameterStates<TState>(Func<Parameter, TState> make)
    where TState : class
{
    private readonly Dictionary<Parameter, TState> _states = [];

    /// <summary>What is remembered of a parameter.</summary>
    public TState Of(Parameter parameter)
    {
        if (!_states.TryGetValue(parameter, out TState? state))
        {
            state = make(parameter);
            _states.Add(parameter, state);
        }

        return state;
    }
}
