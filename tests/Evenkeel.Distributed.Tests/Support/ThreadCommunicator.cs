using System.Runtime.ExceptionServices;
using static System.FormattableString;

namespace Evenkeel.Distributed.Tests.Support;

/// <summary>Ranks as threads of this process, for tests of what is computed over ranks.</summary>
internal sealed class ThreadCommunicator : Communicator
{
    private readonly Job _job;

    private ThreadCommunicator(Job job, int rank) => (_job, Rank) = (job, rank);

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size => _job.Size;

    /// <summary>Runs work on a number of ranks, and returns what each returned.</summary>
    /// <exception cref="CommunicationException">
    /// Nothing else failed, and ranks called different methods, or one returned while others exchanged. An exception of a rank ends the
    /// exchanges of all others with this one; then that of the rank that failed first is thrown.
    /// </exception>
    public static T[] Run<T>(int ranks, Func<Communicator, T> work)
    {
        var job = new Job(ranks);
        var results = new T[ranks];
        Thread[] threads =
        [
            .. Enumerable.Range(0, ranks).Select(rank => new Thread(() =>
            {
                using var communicator = new ThreadCommunicator(job, rank);
                try
                {
                    results[rank] = work(communicator);
                    job.End(Invariant($"rank {rank} has ended"));
                }
                catch (Exception e)
                {
                    job.Fail(Invariant($"rank {rank} has failed: {e.Message}"), e);
                }
            }) { Name = Invariant($"rank {rank}") }),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        job.Failure?.Throw();
        return results;
    }

    /// <inheritdoc cref="Run{T}"/>
    public static void Run(int ranks, Action<Communicator> work) => Run(ranks, communicator =>
    {
        work(communicator);
        return true;
    });

    /// <inheritdoc/>
    public override void AllGather(ReadOnlySpan<byte> own, ReadOnlySpan<int> lengths, Span<byte> all)
    {
        ExchangeLengths.CheckAllGather(this, own.Length, lengths, all.Length);
        byte[][] parts = _job.Exchange(Rank, Invariant($"gathers lengths {string.Join(' ', lengths.ToArray())}"), own.ToArray());
        int gathered = 0;
        foreach (byte[] part in parts)
        {
            part.CopyTo(all[gathered..]);
            gathered += part.Length;
        }
    }

    /// <inheritdoc/>
    public override void AllToAll(
        ReadOnlySpan<byte> send, ReadOnlySpan<int> sendLengths, Span<byte> receive, ReadOnlySpan<int> receiveLengths)
    {
        ExchangeLengths.CheckAllToAll(this, send.Length, sendLengths, receive.Length, receiveLengths);
        byte[][] lengths = _job.Exchange(Rank, "exchanges with each", [.. sendLengths.ToArray().SelectMany(BitConverter.GetBytes)]);
        byte[][] parts = _job.Exchange(Rank, "exchanges with each", send.ToArray());
        int received = 0;
        for (int rank = 0; rank < Size; rank++)
        {
            int[] sent = [.. lengths[rank].Chunk(sizeof(int)).Select(bytes => BitConverter.ToInt32(bytes))];
            if (sent[Rank] != receiveLengths[rank])
            {
                throw new CommunicationException(
                    Invariant($"Rank {rank} sends {sent[Rank]} bytes to rank {Rank}, which expects {receiveLengths[rank]}."));
            }

            parts[rank].AsSpan(sent.Take(Rank).Sum(), sent[Rank]).CopyTo(receive[received..]);
            received += sent[Rank];
        }
    }

    /// <inheritdoc/>
    public override void Broadcast(Span<byte> bytes, int root)
    {
        ExchangeLengths.CheckRoot(this, root);
        byte[][] parts = _job.Exchange(
            Rank, Invariant($"takes {bytes.Length} bytes of rank {root}"), Rank == root ? bytes.ToArray() : []);
        parts[root].CopyTo(bytes);
    }

    /// <inheritdoc/>
    public override void Barrier() => _job.Exchange(Rank, "waits for all", []);

    /// <summary>What the ranks have in common.</summary>
    private sealed class Job(int size)
    {
        private readonly object _monitor = new();
        private Round _round = new(size);
        private string? _end;

        public int Size => size;

        public ExceptionDispatchInfo? Failure { get; private set; }

        /// <summary>Gives every rank what all have brought, when all are here.</summary>
        public byte[][] Exchange(int rank, string operation, byte[] bytes)
        {
            lock (_monitor)
            {
                Round round = _round;
                if (round.Arrived > 0 && round.Operation != operation)
                {
                    End(Invariant($"rank {rank} {operation}, while another rank {round.Operation}"));
                }

                round.Operation = operation;
                round.Parts[rank] = bytes;
                round.Arrived++;
                if (round.Arrived == size && _end is null)
                {
                    _round = new Round(size);
                    round.Complete = true;
                    Monitor.PulseAll(_monitor);
                }

                while (!round.Complete)
                {
                    if (_end is not null)
                    {
                        throw new CommunicationException(Invariant($"The exchange failed: {_end}."));
                    }

                    Monitor.Wait(_monitor);
                }

                return round.Parts;
            }
        }

        /// <summary>Ends the exchanges that wait, and all that follow.</summary>
        public void End(string reason)
        {
            lock (_monitor)
            {
                _end ??= reason;
                Monitor.PulseAll(_monitor);
            }
        }

        /// <summary>Ends the job by an exception.</summary>
        public void Fail(string reason, Exception exception)
        {
            lock (_monitor)
            {
                // That exchanges end is a consequence of another failure, if there is one.
                if (Failure is null || (Failure.SourceException is CommunicationException && exception is not CommunicationException))
                {
                    Failure = ExceptionDispatchInfo.Capture(exception);
                }
            }

            End(reason);
        }
    }

    /// <summary>An exchange, which ends when all ranks have come.</summary>
    private sealed class Round(int size)
    {
        public byte[][] Parts { get; } = new byte[size][];

        public string Operation { get; set; } = "";

        public int Arrived { get; set; }

        public bool Complete { get; set; }
    }
}
