using System.Runtime.InteropServices;

namespace Evenkeel.Distributed;

/// <summary>Where the shards of a process, each on a thread of its own, meet to exchange bytes with all shards of the batch.</summary>
/// <remarks>
/// The last shard to come exchanges with the other ranks for all of its process. A rank without samples in a batch does not run the
/// network, and so does not know what is exchanged; then rank 0, which always has samples, announces each exchange.
/// </remarks>
internal sealed class ShardMeeting(Communicator communicator)
{
    private const int Ended = 0, Exchanging = 1, Refused = 2;

    private readonly object _lock = new();
    private readonly int[] _announced = new int[communicator.Size + 1];
    private readonly int[] _rankLengths = new int[communicator.Size];
    private int[][] _activeShards = [];
    private byte[][] _deposits = [];
    private byte[] _own = [], _all = [];
    private int[] _lengths = [];
    private int _ownShards, _arrived, _running, _threads;
    private long _meetings;
    private bool _hasIdleRanks, _isBroken;

    /// <summary>The number of shards of the batch that have samples.</summary>
    public int ActiveShards { get; private set; }

    /// <summary>Begins a batch.</summary>
    /// <param name="plan">The division of the batch.</param>
    /// <param name="threads">The number of shards of this process that run at once.</param>
    public void Begin(ShardPlan plan, int threads)
    {
        _activeShards = [.. Enumerable.Range(0, communicator.Size).Select(plan.ActiveShards)];
        _ownShards = _activeShards[communicator.Rank].Length;
        _hasIdleRanks = _activeShards.Any(static shards => shards.Length == 0);
        ActiveShards = _activeShards.Sum(static shards => shards.Length);
        if (_deposits.Length < _ownShards)
        {
            int before = _deposits.Length;
            Array.Resize(ref _deposits, _ownShards);
            Array.Fill(_deposits, [], before, _ownShards - before);
        }

        (_arrived, _running, _threads, _isBroken) = (0, 0, threads, false);
        Array.Resize(ref _lengths, ActiveShards);
    }

    /// <summary>Waits until a shard of this process may run.</summary>
    public void Enter()
    {
        lock (_lock)
        {
            AwaitTurn();
        }
    }

    /// <summary>Ends the run of a shard of this process.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _running--;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Lets the other shards of this process fail, where one has failed.</summary>
    public void Break()
    {
        lock (_lock)
        {
            _isBroken = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Gathers the values of all shards, in the order of the batch.</summary>
    /// <param name="index">The number of the calling shard among those of this process that have samples.</param>
    /// <param name="own">Its values.</param>
    /// <param name="counts">The number of values of each shard of the batch that has samples.</param>
    /// <param name="complete">Called once per process with the values of all shards, before any shard goes on; it may change them.</param>
    /// <returns>The values of all shards, valid until the next call.</returns>
    /// <exception cref="OperationCanceledException">Another shard of this process has failed.</exception>
    public ReadOnlySpan<T> Gather<T>(int index, ReadOnlySpan<T> own, ReadOnlySpan<int> counts, Completion<T>? complete = null)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(own);
        if (_deposits[index].Length < bytes.Length)
        {
            _deposits[index] = new byte[bytes.Length];
        }

        bytes.CopyTo(_deposits[index]);
        lock (_lock)
        {
            if (++_arrived == _ownShards)
            {
                Exchange<T>(counts, complete);
                _arrived = 0;
                _meetings++;
                Monitor.PulseAll(_lock);
            }
            else
            {
                long meeting = _meetings;
                _running--;
                Monitor.PulseAll(_lock);
                while (_meetings == meeting && !_isBroken)
                {
                    Monitor.Wait(_lock);
                }

                AwaitTurn();
            }
        }

        return All<T>();
    }

    /// <summary>Takes part in the exchanges of a batch in which this rank has no samples.</summary>
    /// <exception cref="ArgumentException">The batch was refused on the other ranks.</exception>
    public void AttendIdle()
    {
        while (true)
        {
            communicator.Broadcast(MemoryMarshal.AsBytes(_announced.AsSpan()), 0);
            switch (_announced[^1])
            {
                case Ended:
                    return;
                case Refused:
                    throw new ArgumentException("The ranks that have samples of the batch refuse it; rank 0 has the reason.");
            }

            int total = 0;
            foreach (int length in _announced.AsSpan(0, communicator.Size))
            {
                total += length;
            }

            EnsureAll(total);
            communicator.AllGather([], _announced.AsSpan(0, communicator.Size), _all.AsSpan(0, total));
        }
    }

    /// <summary>Ends the exchanges of a batch, on a rank that has samples.</summary>
    /// <param name="isRefused">Whether the network or the loss has refused the batch.</param>
    public void End(bool isRefused)
    {
        if (_hasIdleRanks)
        {
            _announced[^1] = isRefused ? Refused : Ended;
            communicator.Broadcast(MemoryMarshal.AsBytes(_announced.AsSpan()), 0);
        }
    }

    /// <summary>Takes in the values of all shards, and may change them.</summary>
    public delegate void Completion<T>(Span<T> all);

    private Span<T> All<T>()
        where T : unmanaged
    {
        int total = 0;
        foreach (int length in _lengths)
        {
            total += length;
        }

        return MemoryMarshal.Cast<byte, T>(_all.AsSpan(0, total));
    }

    private unsafe void Exchange<T>(ReadOnlySpan<int> counts, Completion<T>? complete)
        where T : unmanaged
    {
        int total = 0, shard = 0, ownTotal = 0;
        for (int rank = 0; rank < _activeShards.Length; rank++)
        {
            _rankLengths[rank] = 0;
            for (int i = 0; i < _activeShards[rank].Length; i++, shard++)
            {
                _lengths[shard] = checked(counts[shard] * sizeof(T));
                _rankLengths[rank] += _lengths[shard];
            }

            total = checked(total + _rankLengths[rank]);
        }

        EnsureAll(total);
        if (_own.Length < _rankLengths[communicator.Rank])
        {
            _own = new byte[_rankLengths[communicator.Rank]];
        }

        int first = _activeShards.Take(communicator.Rank).Sum(static shards => shards.Length);
        for (int i = 0; i < _ownShards; i++)
        {
            _deposits[i].AsSpan(0, _lengths[first + i]).CopyTo(_own.AsSpan(ownTotal));
            ownTotal += _lengths[first + i];
        }

        if (_hasIdleRanks)
        {
            _rankLengths.CopyTo(_announced, 0);
            _announced[^1] = Exchanging;
            communicator.Broadcast(MemoryMarshal.AsBytes(_announced.AsSpan()), 0);
        }

        communicator.AllGather(_own.AsSpan(0, ownTotal), _rankLengths, _all.AsSpan(0, total));
        complete?.Invoke(All<T>());
    }

    private void EnsureAll(int length)
    {
        if (_all.Length < length)
        {
            _all = new byte[length];
        }
    }

    /// <summary>Waits for one of the threads that may run.</summary>
    private void AwaitTurn()
    {
        while (_running >= _threads && !_isBroken)
        {
            Monitor.Wait(_lock);
        }

        if (_isBroken)
        {
            throw new OperationCanceledException("Another part of the batch has failed.");
        }

        _running++;
    }
}
