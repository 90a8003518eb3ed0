using System.Runtime.InteropServices;
using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Distributed;

/// <summary>Sums the gradients of all shards, in the order of <see cref="ShardTree"/>.</summary>
/// <remarks>
/// A rank first adds the subtrees that it owns. Then an all-to-all exchange and the rest of the tree reduce one range of the parameters on
/// each rank, and an all-gather distributes the sums. A rank sends each gradient about twice, whatever the number of ranks.
/// </remarks>
internal sealed class GradientExchange
{
    private readonly Communicator _communicator;
    private readonly int _shards;
    private readonly (int First, int End)[][] _nodes;
    private readonly (int Start, int End)[] _ranges;
    private readonly AlignedBuffer _send, _receive;

    /// <summary>Divides the gradients of a network among the ranks.</summary>
    /// <param name="communicator">The ranks.</param>
    /// <param name="shards">The number of shards.</param>
    /// <param name="length">The number of gradients.</param>
    public GradientExchange(Communicator communicator, int shards, int length)
    {
        _communicator = communicator;
        _shards = shards;
        var plan = new ShardPlan(1, shards, communicator.Size);
        _nodes =
        [
            .. Enumerable.Range(0, communicator.Size)
                .Select(rank => ShardTree.Nodes(shards, plan.FirstShard(rank), plan.FirstShard(rank + 1)).ToArray()),
        ];
        _ranges = [.. Enumerable.Range(0, communicator.Size).Select(rank => (Boundary(rank), Boundary(rank + 1)))];
        if (communicator.Size > 1)
        {
            (int start, int end) = _ranges[communicator.Rank];
            int nodes = _nodes[communicator.Rank].Length;
            _send = AlignedBuffer.Of(nodes > 1 ? checked(nodes * length) : 0);
            _receive = AlignedBuffer.Of(checked(_nodes.Sum(static nodes => nodes.Length) * (end - start)));
        }

        // On a boundary of cache lines.
        int Boundary(int rank) => rank == communicator.Size
            ? length
            : (int)((long)length * rank / communicator.Size) / CacheLine.Floats * CacheLine.Floats;
    }

    /// <summary>Sums the gradients.</summary>
    /// <param name="own">The gradients of this rank's shards, in order; they are changed.</param>
    /// <param name="firstShard">The number of the first of them.</param>
    /// <param name="result">Receives the sums; may be the first of <paramref name="own"/>.</param>
    public void Sum(FlatGradients[] own, int firstShard, FlatGradients result)
    {
        (int First, int End)[] nodes = _nodes[_communicator.Rank];
        foreach ((int First, int End) node in nodes)
        {
            ShardTree.Add(node, static _ => false, (left, right) => Add(own[left - firstShard].Span, own[right - firstShard].Span));
        }

        if (_communicator.Size > 1)
        {
            Exchange([.. nodes.Select(node => own[node.First - firstShard])], result.Span);
        }
    }

    private void Exchange(FlatGradients[] sums, Span<float> result)
    {
        int ranks = _communicator.Size, rank = _communicator.Rank;
        int ownLength = _ranges[rank].End - _ranges[rank].Start;
        Span<int> sendLengths = new int[ranks], receiveLengths = new int[ranks], allLengths = new int[ranks];
        int filled = 0;
        for (int other = 0; other < ranks; other++)
        {
            (int start, int end) = _ranges[other];
            for (int i = 0; i < sums.Length && sums.Length > 1; i++)
            {
                sums[i].Span[start..end].CopyTo(_send.Span[filled..]);
                filled += end - start;
            }

            sendLengths[other] = checked(sums.Length * (end - start) * sizeof(float));
            receiveLengths[other] = checked(_nodes[other].Length * ownLength * sizeof(float));
            allLengths[other] = checked((end - start) * sizeof(float));
        }

        ReadOnlySpan<float> sent = sums.Length == 1 ? sums[0].Span : _send.Span;
        _communicator.AllToAll(MemoryMarshal.AsBytes(sent), sendLengths, MemoryMarshal.AsBytes(_receive.Span), receiveLengths);
        AddReceived(ownLength);
        _communicator.AllGather(MemoryMarshal.AsBytes(_receive.Span[..ownLength]), allLengths, MemoryMarshal.AsBytes(result));
    }

    /// <summary>Adds the sums of the ranks; the result is at the beginning of the buffer, where that of the first shard is.</summary>
    private void AddReceived(int length)
    {
        var received = new Dictionary<(int First, int End), int>();
        foreach ((int First, int End) node in _nodes.SelectMany(static nodes => nodes))
        {
            received.Add(node, received.Count * length);
        }

        Dictionary<int, int> starts = received.ToDictionary(static node => node.Key.First, static node => node.Value);
        ShardTree.Add((0, _shards), received.ContainsKey, (left, right) =>
        {
            Add(_receive.Span.Slice(starts[left], length), _receive.Span.Slice(starts[right], length));
        });
    }

    private static void Add(Span<float> sum, ReadOnlySpan<float> other) =>
        Evenkeel.Numerics.Pointwise.Sum.Apply(sum, other, relu: false, sum);
}
