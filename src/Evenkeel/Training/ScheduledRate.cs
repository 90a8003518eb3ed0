namespace Evenkeel.Training;

/// <summary>The learning rate over the steps of a call to <c>Fit</c>; constant without a schedule.</summary>
/// <param name="optimizer">The optimizer whose rate is set.</param>
/// <param name="options">The schedule and the number of epochs.</param>
/// <param name="stepsPerEpoch">The number of steps per epoch.</param>
/// <param name="epochsBefore">The number of epochs before this call.</param>
internal sealed class ScheduledRate(Optimizer optimizer, FitOptions options, int stepsPerEpoch, int epochsBefore)
{
    private readonly LearningRateSchedule? _schedule = options.Schedule;
    private readonly int _first = options.Schedule?.Epochs is null ? epochsBefore + 1 : 1;
    private readonly long _steps = (long)(options.Schedule?.Epochs ?? options.Epochs) * stepsPerEpoch;
    private double _rate;
    private long _step;
    private bool _isStarted;

    /// <summary>The optimizer's learning rate without the schedule's factor, within an epoch too.</summary>
    public double WithoutSchedule => _isStarted && _schedule is not null ? _rate : optimizer.LearningRate;

    /// <summary>Checks that the schedule has a factor for the last step of the last epoch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The schedule is for fewer steps.</exception>
    public void Check()
    {
        if (options.Epochs > 0)
        {
            _schedule?.Factor((long)(epochsBefore + 1 - _first + options.Epochs) * stepsPerEpoch - 1, _steps);
        }
    }

    /// <summary>Begins an epoch.</summary>
    /// <param name="epoch">The number of the epoch.</param>
    /// <param name="step">The number of steps already taken in it.</param>
    public void Start(int epoch, int step)
    {
        _rate = optimizer.LearningRate;
        _step = (long)(epoch - _first) * stepsPerEpoch + step;
        _isStarted = true;
    }

    /// <summary>Sets the optimizer's rate for the next step.</summary>
    public void Next()
    {
        if (_schedule is not null)
        {
            optimizer.LearningRate = _rate * _schedule.Factor(_step++, _steps);
        }
    }

    /// <summary>Restores the rate that the optimizer had at the start of the epoch.</summary>
    public void End()
    {
        if (_schedule is not null)
        {
            optimizer.LearningRate = _rate;
        }

        _isStarted = false;
    }
}
