using System.Diagnostics;

namespace Evenkeel.Lab.Training;

/// <summary>Two runs side by side, each on a thread of its own.</summary>
internal sealed class TrainingPair : IDisposable
{
    /// <summary>The shortest time between two frames of a run that is watched.</summary>
    public static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(33);

    /// <summary>How long a run trains on that nobody watches: a page may be reloaded.</summary>
    private static readonly TimeSpan UnwatchedTraining = TimeSpan.FromSeconds(30);

    /// <summary>The time between two looks for somebody who watches.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>The time between two frames of a run that nobody watches.</summary>
    private static readonly TimeSpan BetweenUnwatchedFrames = TimeSpan.FromSeconds(1);

    private readonly TrainingRun[] _runs;
    private readonly Thread[] _threads;
    private readonly ManualResetEventSlim _resumed = new(initialState: true);
    private readonly CancellationTokenSource _ending = new();
    private readonly Func<bool> _isWatched;

    /// <summary>Creates both runs.</summary>
    /// <param name="first">The settings of the first.</param>
    /// <param name="second">The settings of the second.</param>
    /// <param name="isWatched">Whether anybody looks at the frames.</param>
    /// <exception cref="ArgumentException">A setting is wrong.</exception>
    public TrainingPair(RunSettings first, RunSettings second, Func<bool> isWatched)
    {
        _isWatched = isWatched;
        _runs = [new TrainingRun(first.Check()), new TrainingRun(second.Check())];
        _threads = [.. _runs.Select(run => new Thread(() => Train(run)) { IsBackground = true, Name = "training" })];
    }

    /// <summary>The latest frames of both.</summary>
    public IReadOnlyList<RunFrame> Frames => [.. _runs.Select(run => run.Frame)];

    /// <summary>Starts both runs.</summary>
    public void Start() => Array.ForEach(_threads, thread => thread.Start());

    /// <summary>Lets both runs wait, or resumes them.</summary>
    public void SetPaused(bool isPaused)
    {
        if (isPaused)
        {
            _resumed.Reset();
        }
        else
        {
            _resumed.Set();
        }
    }

    /// <summary>Sets the learning rate of both runs, from the next step.</summary>
    /// <exception cref="ArgumentException">The rate is not above 0 and at most 100.</exception>
    public void SetLearningRate(double rate)
    {
        RunSettings.CheckLearningRate(rate);
        Array.ForEach(_runs, run => run.LearningRate = rate);
    }

    /// <summary>Ends both runs.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        foreach (Thread thread in _threads.Where(thread => thread.ThreadState != System.Threading.ThreadState.Unstarted))
        {
            thread.Join();
        }

        _resumed.Dispose();
        _ending.Dispose();
    }

    private void Train(TrainingRun run)
    {
        long lastFrame = 0, lastWatched = Stopwatch.GetTimestamp();
        try
        {
            while (!run.Frame.HasDied)
            {
                _resumed.Wait(_ending.Token);
                _ending.Token.ThrowIfCancellationRequested();
                bool isWatched = _isWatched();
                lastWatched = isWatched ? Stopwatch.GetTimestamp() : lastWatched;
                if (Stopwatch.GetElapsedTime(lastWatched) > UnwatchedTraining)
                {
                    _ = _ending.Token.WaitHandle.WaitOne(BetweenLooks);
                    continue;
                }

                bool takesFrame = Stopwatch.GetElapsedTime(lastFrame) >= (isWatched ? BetweenFrames : BetweenUnwatchedFrames);
                run.Step(takesFrame);
                lastFrame = takesFrame ? Stopwatch.GetTimestamp() : lastFrame;
            }
        }
        catch (OperationCanceledException)
        {
            // The pair ends.
        }
        catch (Exception e)
        {
            // Without this, an error would end the process; the page shows it instead.
            run.Fail(e.Message);
        }
    }
}
