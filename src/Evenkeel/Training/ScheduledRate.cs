namespace Evenkeel.Training;

/// <summary>The learning rate over the steps of a call to <c>Fit</c>; without a schedule, the optimizer's as it is.</summary>
/// <param name="optimizer">Whose rate it is.</param>
/// <param name="options">The schedule and the number of epochs.</param>
/// <param name="stepsPerEpoch">How many steps an epoch has.</param>
/// <param name="epochsBefore">How many epochs there were before this call.</param>
internal sealed class ScheduledRate(Optimizer optimizer, FitOptions options, int stepsPerEpoch, int epochsBefore)
{
    private readonly LearningRateSchedule? _schedule = options.Schedule;
    private readonly int _first = options.Schedule?.Epochs is null ? epochsBefore + 1 : 1;
    private readonly long _steps = (long)(options.Schedule?.Epochs ?? options.Epochs) * stepsPerEpoch;
    private double _rate;
    private long _step;

    /// <summary>Refuses a schedule that has no factor for the last of all epochs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has none.</exception>
    public void Check()
    {
        if (options.Epochs > 0)
        {
            _schedule?.Factor((long)(epochsBefore + 1 - _first + options.Epochs) * stepsPerEpoch - 1, _steps);
        }
    }

    /// <summary>Goes to the start of an epoch.</summary>
    public void Start(int epoch)
    {
        _rate = optimizer.LearningRate;
        _step = (long)(epoch - _first) * stepsPerEpoch;
    }

    /// <summary>Gives the optimizer the rate of the next step.</summary>
    public void Next()
    {
        if (_schedule is not null)
        {
            optimizer.LearningRate = _rate * _schedule.Factor(_step++, _steps);
        }
    }

    /// <summary>Gives the optimizer the rate back that it had when the epoch started.</summary>
    public void End()
    {
        if (_schedule is not null)
        {
            optimizer.LearningRate = _rate;
        }
    }
}
