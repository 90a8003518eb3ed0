namespace Evenkeel.Layers;

/// <summary>Detects that two threads use the layers of a network at once. A thread that is inside may enter again.</summary>
/// <remarks>
/// The outermost call of a thread holds every guard that it or a call within it enters, up to its end: a layer that two networks contain is
/// in use for as long as either of them may read its output.
/// </remarks>
internal sealed class ThreadGuard
{
    /// <summary>The guard that this thread entered last; null if it is in no call.</summary>
    [ThreadStatic]
    private static ThreadGuard? _last;

    private int _thread; // its managed id; 0 if no thread is inside
    private int _calls;
    private ThreadGuard? _previous;

    /// <summary>Enters, until the scope is disposed; false if another thread is inside.</summary>
    public bool TryEnter(out Scope scope)
    {
        scope = default;
        int thread = Environment.CurrentManagedThreadId;
        if (Volatile.Read(ref _thread) == thread)
        {
            return true;
        }

        if (Interlocked.CompareExchange(ref _thread, thread, 0) != 0)
        {
            return false;
        }

        _calls++;
        scope = new Scope(isOutermost: _last is null);
        (_previous, _last) = (_last, this);
        return true;
    }

    /// <summary>Returns the number of times that a thread entered; null while another thread is inside.</summary>
    /// <remarks>If it is equal before and after reading, no other thread's call changed anything in between.</remarks>
    public int? CountCalls()
    {
        Interlocked.MemoryBarrier();
        int thread = Volatile.Read(ref _thread);
        return thread == 0 || thread == Environment.CurrentManagedThreadId ? _calls : null;
    }

    /// <summary>A call on this thread.</summary>
    /// <param name="isOutermost">Whether no other call contains it.</param>
    internal readonly ref struct Scope(bool isOutermost) : IDisposable
    {
        /// <summary>Leaves all guards at the end of an outermost call.</summary>
        public void Dispose()
        {
            if (!isOutermost)
            {
                return;
            }

            for (ThreadGuard? guard = _last; guard is not null;)
            {
                ThreadGuard? previous = guard._previous;
                guard._previous = null;
                Volatile.Write(ref guard._thread, 0); // the last, since another thread may enter at once
                guard = previous;
            }

            _last = null;
        }
    }
}
