using System.Diagnostics;

namespace Evenkeel.Lab.Training;

/// <summary>Two runs side by side, each on a thread of its own.</summary>
internal sealed class TrainingPair : IDisposable
{
    /// <summary>The shortest time between two pictures of a run that is watched.</summary>
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(33);

    /// <summary>The time between two pictures of a run that nobody watches.</summary>
    private static readonly TimeSpan BetweenUnwatchedFrames = TimeSpan.FromSeconds(1);

    private readonly TrainingRun[] _runs;
    private readonly Thread[] _threads;
    private readonly ManualResetEventSlim _goOn = new(initialState: true);
    private readonly Func<bool> _isWatched;
    private volatile bool _isEnding;

    /// <summary>Creates and starts both runs.</summary>
    /// <param name="first">The settings of the first.</param>
    /// <param name="second">The settings of the second.</param>
    /// <param name="isWatched">Whether anybody looks at the pictures.</param>
    /// <exception cref="ArgumentException">A setting is wrong.</exception>
    public TrainingPair(RunSettings first, RunSettings second, Func<bool> isWatched)
    {
        _isWatched = isWatched;
        _runs = [new TrainingRun(first.Check()), new TrainingRun(second.Check())];
        _threads = [.. _runs.Select(run => new Thread(() => Train(run)) { IsBackground = true, Name = "training" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>The latest pictures of both.</summary>
    public IReadOnlyList<RunFrame> Frames => [.. _runs.Select(run => run.Frame)];

    /// <summary>Whether the runs wait.</summary>
    public bool IsPaused
    {
        get => !_goOn.IsSet;
        set
        {
            if (value)
            {
                _goOn.Reset();
            }
            else
            {
                _goOn.Set();
            }
        }
    }

    /// <summary>Sets the learning rate of both runs, from the next step.</summary>
    /// <exception cref="ArgumentException">The rate is not above 0 and at most 100.</exception>
    public void SetLearningRate(double rate)
    {
        if (rate is not (> 0 and <= 100))
        {
            throw new ArgumentException("The learning rate must be above 0 and at most 100.");
        }

        Array.ForEach(_runs, run => run.LearningRate = rate);
    }

    /// <summary>Ends both runs.</summary>
    public void Dispose()
    {
        _isEnding = true;
        _goOn.Set();
        Array.ForEach(_threads, thread => thread.Join());
        _goOn.Dispose();
    }

    private void Train(TrainingRun run)
    {
        long last = 0;
        while (!_isEnding && !run.Frame.HasDied)
        {
            _goOn.Wait();
            bool takesFrame = Stopwatch.GetElapsedTime(last) >= (_isWatched() ? BetweenFrames : BetweenUnwatchedFrames);
            run.Step(takesFrame);
            last = takesFrame ? Stopwatch.GetTimestamp() : last;
        }
    }
}
