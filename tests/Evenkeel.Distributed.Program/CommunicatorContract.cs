using static System.FormattableString;

namespace Evenkeel.Distributed.Program;

/// <summary>What every <see cref="Communicator"/> does, as checks that run on all ranks.</summary>
internal static class CommunicatorContract
{
    private const int LargeBytes = 40_000_000;
    private const int Period = 65_521; // a prime, so that pieces in a wrong order are seen

    /// <summary>The checks by name; each throws where it fails.</summary>
    public static IReadOnlyDictionary<string, Action<Communicator>> Checks { get; } = new Dictionary<string, Action<Communicator>>
    {
        ["ranks are numbered"] = RanksAreNumbered,
        ["gather of equal lengths"] = communicator => Gather(communicator, _ => 3),
        ["gather of unequal lengths"] = communicator => Gather(communicator, rank => 1 + (7 * rank)),
        ["gather with nothing of some"] = communicator => Gather(communicator, rank => rank % 2 * 5),
        ["gather of nothing"] = communicator => Gather(communicator, _ => 0),
        ["large gather"] = communicator => Gather(communicator, _ => LargeBytes / communicator.Size),
        ["all to all, equal"] = communicator => Exchange(communicator, (_, _) => 4),
        ["all to all, unequal"] = communicator => Exchange(communicator, (from, to) => (3 * from) + to),
        ["all to all, to the next alone"] =
            communicator => Exchange(communicator, (from, to) => (from + 1) % communicator.Size == to ? 9 : 0),
        ["all to all, nothing"] = communicator => Exchange(communicator, (_, _) => 0),
        ["large all to all"] = communicator => Exchange(communicator, (_, _) => LargeBytes / communicator.Size),
        ["broadcast of each"] = communicator => Broadcast(communicator, 100),
        ["broadcast of nothing"] = communicator => Broadcast(communicator, 0),
        ["large broadcast"] = communicator => Broadcast(communicator, LargeBytes, [communicator.Size - 1]),
        ["barriers"] = Barriers,
        ["many small exchanges"] = ManySmall,
        ["other threads, one at a time"] = OtherThreads,
        ["wrong lengths are refused"] = WrongLengthsAreRefused,
    };

    private static void RanksAreNumbered(Communicator communicator)
    {
        var all = new byte[communicator.Size];
        communicator.AllGather([(byte)communicator.Rank], Ones(communicator.Size), all);
        Require(all.Select((rank, i) => rank == i).All(equal => equal), "ranks are not in order");
    }

    private static void Gather(Communicator communicator, Func<int, int> lengthOf)
    {
        int[] lengths = [.. Enumerable.Range(0, communicator.Size).Select(lengthOf)];
        byte[] own = Part(communicator.Rank, 0, lengths[communicator.Rank]), all = new byte[lengths.Sum()];
        communicator.AllGather(own, lengths, all);
        RequireEqual([.. lengths.Select((length, rank) => Part(rank, 0, length))], all);
    }

    private static void Exchange(Communicator communicator, Func<int, int, int> lengthOf)
    {
        int rank = communicator.Rank;
        int[] ranks = [.. Enumerable.Range(0, communicator.Size)];
        int[] sendLengths = [.. ranks.Select(to => lengthOf(rank, to))], receiveLengths = [.. ranks.Select(from => lengthOf(from, rank))];
        byte[] send = Joined([.. ranks.Select(to => Part(rank, to, sendLengths[to]))]), receive = new byte[receiveLengths.Sum()];
        communicator.AllToAll(send, sendLengths, receive, receiveLengths);
        RequireEqual([.. ranks.Select(from => Part(from, rank, receiveLengths[from]))], receive);
    }

    private static void Broadcast(Communicator communicator, int length, int[]? roots = null)
    {
        foreach (int root in roots ?? [.. Enumerable.Range(0, communicator.Size)])
        {
            byte[] bytes = communicator.Rank == root ? Part(root, 0, length) : new byte[length];
            communicator.Broadcast(bytes, root);
            RequireEqual([Part(root, 0, length)], bytes);
        }
    }

    private static void Barriers(Communicator communicator)
    {
        for (int i = 0; i < 20; i++)
        {
            communicator.Barrier();
        }
    }

    private static void ManySmall(Communicator communicator)
    {
        for (int i = 0; i < 200; i++)
        {
            Gather(communicator, rank => (rank + i) % 4);
            Exchange(communicator, (from, to) => (from + to + i) % 3);
        }
    }

    private static void OtherThreads(Communicator communicator)
    {
        for (int i = 0; i < 3; i++)
        {
            Exception? failure = null;
            var thread = new Thread(() =>
            {
                try
                {
                    Gather(communicator, rank => rank);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            });
            thread.Start();
            thread.Join();
            Require(failure is null, failure?.Message ?? "");
        }
    }

    private static void WrongLengthsAreRefused(Communicator communicator)
    {
        int size = communicator.Size;
        RequireThrows<ArgumentException>(() => communicator.AllGather([1], [.. Ones(size), 1], new byte[size + 1]));
        RequireThrows<ArgumentException>(() => communicator.AllGather([1, 2], Ones(size), new byte[size]));
        RequireThrows<ArgumentException>(() => communicator.AllGather([1], Ones(size), new byte[size + 1]));
        RequireThrows<ArgumentException>(() => communicator.AllGather([1], [.. Enumerable.Repeat(-1, size)], new byte[size]));
        RequireThrows<ArgumentException>(() => communicator.AllToAll(new byte[size + 1], Ones(size), new byte[size], Ones(size)));
        RequireThrows<ArgumentException>(() => communicator.AllToAll(new byte[size], Ones(size), new byte[size - 1], Ones(size)));
        RequireThrows<ArgumentOutOfRangeException>(() => communicator.Broadcast(new byte[1], size));
        RequireThrows<ArgumentOutOfRangeException>(() => communicator.Broadcast(new byte[1], -1));
        communicator.Barrier();
    }

    private static int[] Ones(int size) => [.. Enumerable.Repeat(1, size)];

    /// <summary>What one rank sends to another.</summary>
    private static byte[] Part(int from, int to, int length)
    {
        var part = new byte[length];
        for (int i = 0; i < Math.Min(length, Period); i++)
        {
            part[i] = (byte)((31 * from) + (17 * to) + i + (i >> 8));
        }

        for (int i = Period; i < length; i += Period)
        {
            part.AsSpan(0, Math.Min(Period, length - i)).CopyTo(part.AsSpan(i));
        }

        return part;
    }

    private static byte[] Joined(byte[][] parts)
    {
        var all = new byte[parts.Sum(part => part.Length)];
        int start = 0;
        foreach (byte[] part in parts)
        {
            part.CopyTo(all, start);
            start += part.Length;
        }

        return all;
    }

    private static void RequireEqual(byte[][] expected, byte[] actual)
    {
        int start = 0;
        for (int rank = 0; rank < expected.Length; start += expected[rank].Length, rank++)
        {
            Require(
                actual.AsSpan(start, expected[rank].Length).SequenceEqual(expected[rank]), Invariant($"the part of rank {rank} differs"));
        }
    }

    private static void RequireThrows<TException>(Action action)
        where TException : Exception
    {
        try
        {
            action();
        }
        catch (TException)
        {
            return;
        }

        throw new InvalidOperationException($"Contract violated: no {typeof(TException).Name}.");
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"Contract violated: {problem}.");
        }
    }
}
