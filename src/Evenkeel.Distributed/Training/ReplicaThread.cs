using System.Runtime.ExceptionServices;

namespace Evenkeel.Distributed;

/// <summary>A thread that does one work after another; the thread pool's threads are too few to wait for each other.</summary>
internal sealed class ReplicaThread : IDisposable
{
    private readonly SemaphoreSlim _begin = new(0), _end = new(0);
    private readonly Thread _thread;
    private Action? _work;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Starts the thread, which waits.</summary>
    public ReplicaThread()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "Evenkeel replica" };
        _thread.Start();
    }

    /// <summary>Begins a work.</summary>
    public void Begin(Action work)
    {
        _work = work;
        _begin.Release();
    }

    /// <summary>Waits for the end of the work; returns its exception, null if there was none.</summary>
    public ExceptionDispatchInfo? End()
    {
        _end.Wait();
        return _failure;
    }

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        _work = null;
        _begin.Release();
        _thread.Join();
        _begin.Dispose();
        _end.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _begin.Wait();
            if (_work is not { } work)
            {
                return;
            }

            _failure = null;
            try
            {
                work();
            }
#pragma warning disable CA1031 // whatever fails is thrown where the work was begun
            catch (Exception e)
#pragma warning restore CA1031
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }

            _end.Release();
        }
    }
}
