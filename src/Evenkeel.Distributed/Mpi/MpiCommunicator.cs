using System.Diagnostics;
using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Evenkeel.Distributed;

/// <summary>The ranks of an MPI job, which <c>mpirun</c> or a resource manager has started.</summary>
/// <remarks>
/// <para>
/// It works with Open MPI 4 and later and with MPICH 3.2 and later (binary interface 12), whichever is installed; the environment variable
/// <c>EVENKEEL_MPI</c> names another file. A process that no launcher has started is a job of one rank.
/// </para>
/// <para>
/// A rank that waits polls, and yields its core to threads that have work. All ranks call <see cref="Communicator.Dispose()"/> after their
/// last exchange; a rank that does so earlier, as after an exception, ends the exchanges of all others with a
/// <see cref="CommunicationException"/>. A process that exits without it ends the whole job.
/// </para>
/// </remarks>
public sealed unsafe class MpiCommunicator : Communicator
{
    private const int LeavingLongs = 2;

    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(1);

    private static int _initialized;

    private readonly MpiLibrary _library;
    private readonly Lock _calls = new();

    // What a rank sends to all others when it leaves: its number, and how many exchanges it took part in; then what it receives from them.
    private readonly long* _leaving = (long*)NativeMemory.AllocZeroed(2 * LeavingLongs, sizeof(long));
    private readonly long?[] _exchangesOf; // of each rank that has left
    private nint _leavingRequest;
    private long _exchanges;
    private bool _isIncomplete;
    private bool _isLeft;
    private int _inUse;
    private bool _disposed;

    private MpiCommunicator(MpiLibrary library, int rank, int size)
    {
        (_library, Rank, Size) = (library, rank, size);
        _exchangesOf = new long?[size];
        if (size > 1)
        {
            _leavingRequest = library.Receive(_leaving + LeavingLongs, LeavingLongs * sizeof(long));
        }

        AppDomain.CurrentDomain.ProcessExit += AbortAtExit;
    }

    /// <summary>Whether a launcher of MPI jobs has started this process, as the environment tells.</summary>
    public static bool IsUnderMpi => MpiLauncher.Current is not null;

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size { get; }

    /// <summary>The version of the MPI library, as it tells itself.</summary>
    public string LibraryVersion => _library.Version;

    /// <summary>Initializes MPI, once per process.</summary>
    /// <exception cref="InvalidOperationException">It was called before in this process.</exception>
    /// <exception cref="CommunicationException">
    /// There is no MPI library, it cannot be used from several threads, it is not that of the launcher, or it failed.
    /// </exception>
    public static MpiCommunicator Initialize()
    {
        if (Interlocked.Exchange(ref _initialized, 1) != 0)
        {
            throw new InvalidOperationException(
                $"{nameof(MpiCommunicator)}.{nameof(Initialize)} was called before: MPI can be initialized once per process, "
                + "also after it has ended.");
        }

        MpiLauncher? launcher = MpiLauncher.Current;
        SignalHandlers? handlers = SignalHandlers.Keep();
        MpiLibrary library;
        int rank, size;
        try
        {
            library = MpiLibrary.Load(launcher, Environment.GetEnvironmentVariable(MpiLibrary.Variable));
            (rank, size) = library.Initialize();
        }
        finally
        {
            handlers?.Restore();
        }

        var communicator = new MpiCommunicator(library, rank, size);
        if (launcher?.Processes is { } processes && processes != size)
        {
            communicator.Dispose();
            throw new CommunicationException(
                Invariant($"The launcher started {processes} processes, and {library.Version} ({library.Name}) sees {size}: the two are ")
                + $"of different MPIs. Use the mpirun of this library, or set {MpiLibrary.Variable} to the library of the launcher.");
        }

        return communicator;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Another thread exchanges at this time.</exception>
    /// <exception cref="ObjectDisposedException">It has been disposed.</exception>
    public override void AllGather(ReadOnlySpan<byte> own, ReadOnlySpan<int> lengths, Span<byte> all)
    {
        ExchangeLengths.CheckAllGather(this, own.Length, lengths, all.Length);
        using Use use = Begin();
        fixed (byte* ownBytes = &Address(own), allBytes = &Address(all))
        fixed (int* allLengths = lengths, offsets = Offsets(lengths))
        {
            Complete(_library.AllGather(ownBytes, own.Length, allBytes, allLengths, offsets));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Another thread exchanges at this time.</exception>
    /// <exception cref="ObjectDisposedException">It has been disposed.</exception>
    public override void AllToAll(
        ReadOnlySpan<byte> send, ReadOnlySpan<int> sendLengths, Span<byte> receive, ReadOnlySpan<int> receiveLengths)
    {
        ExchangeLengths.CheckAllToAll(this, send.Length, sendLengths, receive.Length, receiveLengths);
        using Use use = Begin();
        fixed (byte* sent = &Address(send), received = &Address(receive))
        fixed (int* lengths = sendLengths, offsets = Offsets(sendLengths))
        fixed (int* receivedLengths = receiveLengths, receivedOffsets = Offsets(receiveLengths))
        {
            Complete(_library.AllToAll(sent, lengths, offsets, received, receivedLengths, receivedOffsets));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Another thread exchanges at this time.</exception>
    /// <exception cref="ObjectDisposedException">It has been disposed.</exception>
    public override void Broadcast(Span<byte> bytes, int root)
    {
        ExchangeLengths.CheckRoot(this, root);
        using Use use = Begin();
        fixed (byte* pointer = &Address(bytes))
        {
            Complete(_library.Broadcast(pointer, bytes.Length, root));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Another thread exchanges at this time.</exception>
    /// <exception cref="ObjectDisposedException">It has been disposed.</exception>
    public override void Barrier()
    {
        using Use use = Begin();
        Complete(_library.Barrier());
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing || _disposed)
        {
            return;
        }

        using Use use = Enter();
        _disposed = true;
        if (Leave())
        {
            AppDomain.CurrentDomain.ProcessExit -= AbortAtExit;
            _library.Complete();
            NativeMemory.Free(_leaving);
        }

        // Otherwise requests that never complete stand in the way of MPI_Finalize, and the job ends with this process: only later, so that
        // it can report why.
    }

    /// <summary>An address for an empty buffer too, since some functions do not take a null pointer.</summary>
    private static ref readonly byte Address(ReadOnlySpan<byte> bytes) =>
        ref bytes.IsEmpty ? ref MemoryMarshal.GetReference("\0"u8) : ref MemoryMarshal.GetReference(bytes);

    private static int[] Offsets(ReadOnlySpan<int> lengths)
    {
        var offsets = new int[lengths.Length];
        for (int i = 1; i < offsets.Length; i++)
        {
            offsets[i] = offsets[i - 1] + lengths[i - 1];
        }

        return offsets;
    }

    /// <summary>Begins an exchange, whose requests <see cref="Complete"/> waits for.</summary>
    private Use Begin()
    {
        Use use = Enter();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_isIncomplete)
            {
                throw new CommunicationException("An exchange has failed, and none can follow: the job ends.");
            }
        }
        catch
        {
            use.Dispose();
            throw;
        }

        _isIncomplete = true;
        _exchanges++;
        return use;
    }

    private Use Enter() => Interlocked.Exchange(ref _inUse, 1) == 0 ? new Use(this) : throw new InvalidOperationException(
        "Two threads exchange at once: a communicator is for one at a time.");

    /// <summary>Waits for a request.</summary>
    private void Complete(nint request)
    {
        var wait = new Backoff();
        while (!Test(ref request))
        {
            if (wait.Next() && FirstToLeave() is { } rank)
            {
                _isLeft = true;
                throw new CommunicationException(
                    Invariant($"Rank {rank} left the job after {_exchangesOf[rank]} exchanges, and rank {Rank} waits for it in ")
                    + Invariant($"exchange {_exchanges}."))
                { EndedRank = rank };
            }
        }

        _isIncomplete = false;
    }

    private bool Test(ref nint request)
    {
        lock (_calls)
        {
            return _library.Test(ref request);
        }
    }

    /// <summary>Takes the messages of ranks that leave; returns the lowest that is not in this exchange, null if all are.</summary>
    private int? FirstToLeave()
    {
        while (_leavingRequest != 0 && Test(ref _leavingRequest))
        {
            _exchangesOf[(int)_leaving[LeavingLongs]] = _leaving[LeavingLongs + 1];
            _leavingRequest = 0;
            if (_exchangesOf.Count(exchanges => exchanges is not null) < Size - 1)
            {
                lock (_calls)
                {
                    _leavingRequest = _library.Receive(_leaving + LeavingLongs, LeavingLongs * sizeof(long));
                }
            }
        }

        int rank = Array.FindIndex(_exchangesOf, exchanges => exchanges < _exchanges);
        return rank < 0 ? null : rank;
    }

    /// <summary>Tells all others that this rank leaves, and waits until they do; returns whether it is after the last exchange.</summary>
    private bool Leave()
    {
        if (Size == 1)
        {
            return !_isIncomplete;
        }

        try
        {
            (_leaving[0], _leaving[1]) = (Rank, _exchanges);
            var requests = new nint[Size];
            var isSent = new bool[Size];
            for (int rank = 0; rank < Size; rank++)
            {
                isSent[rank] = rank == Rank;
                if (!isSent[rank])
                {
                    lock (_calls)
                    {
                        requests[rank] = _library.Send(_leaving, LeavingLongs * sizeof(long), rank);
                    }
                }
            }

            long start = Stopwatch.GetTimestamp();
            for (var wait = new Backoff(); ; wait.Next())
            {
                for (int rank = 0; rank < Size; rank++)
                {
                    isSent[rank] = isSent[rank] || Test(ref requests[rank]);
                }

                _ = FirstToLeave();
                bool allSent = Array.TrueForAll(isSent, sent => sent);
                bool isTogether = !_isIncomplete && Array.TrueForAll(_exchangesOf, exchanges => (exchanges ?? _exchanges) == _exchanges);
                if (!isTogether && (allSent || Stopwatch.GetElapsedTime(start) > LongestFarewell))
                {
                    return false;
                }

                if (isTogether && allSent && _exchangesOf.Count(exchanges => exchanges is not null) == Size - 1)
                {
                    return true;
                }
            }
        }
        catch (CommunicationException)
        {
            return false;
        }
    }

    /// <summary>Ends the job with this process, so that no other rank waits for it forever.</summary>
    private void AbortAtExit(object? sender, EventArgs e)
    {
        if (_isLeft)
        {
            Thread.Sleep(LongestFarewell); // the rank that left reports why
        }

        // Another thread may be in the library for ever.
        if (Size > 1 && _calls.TryEnter(LongestFarewell))
        {
            _library.Abort(Environment.ExitCode == 0 ? 1 : Environment.ExitCode);
        }
    }

    /// <summary>The use of the communicator by a thread.</summary>
    private readonly ref struct Use(MpiCommunicator communicator) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref communicator._inUse, 0);
    }
}
