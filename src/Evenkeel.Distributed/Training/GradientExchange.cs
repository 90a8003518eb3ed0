using System.Runtime.InteropServices;
using Evenkeel.Layers;
using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Distributed;

/// <summary>Sums the gradients of all shards, in the order of <see cref="ShardTree"/>.</summary>
/// <remarks>
/// Each rank adds the subtrees that it has all shards of. Then each rank gets a range of all parameters from all others, adds what is left
/// of the tree, and gives the sums to all. A rank sends each gradient about twice, whatever the number of ranks.
/// </remarks>
internal sealed class GradientExchange
{
    private readonly Communicator _communicator;
    private readonly int _shards;
    private readonly (int First, int End)[][] _nodes;
    private readonly (int Start, int End)[] _ranges;
    private readonly AlignedBuffer _send, _receive, _all;

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
            _send = AlignedBuffer.Of(checked(_nodes[communicator.Rank].Length * length));
            _receive = AlignedBuffer.Of(checked(_nodes.Sum(static nodes => nodes.Length) * (end - start)));
            _all = AlignedBuffer.Of(length);
        }

        // On a boundary of cache lines.
        int Boundary(int rank) => rank == communicator.Size
            ? length
            : (int)((long)length * rank / communicator.Size) / CacheLine.Floats * CacheLine.Floats;
    }

    /// <summary>Sums the gradients.</summary>
    /// <param name="own">The parameters of each of this rank's shards, from its first shard on; their gradients are changed.</param>
    /// <param name="firstShard">The first shard.</param>
    /// <param name="result">The parameters that receive the sums.</param>
    public void Sum(IReadOnlyList<Parameter>[] own, int firstShard, IReadOnlyList<Parameter> result)
    {
        (int First, int End)[] nodes = _nodes[_communicator.Rank];
        foreach ((int First, int End) node in nodes)
        {
            ShardTree.Add(node, static _ => false, (left, right) => Add(own[left - firstShard], own[right - firstShard]));
        }

        if (_communicator.Size > 1)
        {
            Exchange([.. nodes.Select(node => own[node.First - firstShard])]);
            CopyGradients(result, 0, _all.Span, toParameters: true);
        }
    }

    private void Exchange(IReadOnlyList<Parameter>[] sums)
    {
        int ranks = _communicator.Size, rank = _communicator.Rank;
        int ownLength = _ranges[rank].End - _ranges[rank].Start;
        Span<int> sendLengths = new int[ranks], receiveLengths = new int[ranks], allLengths = new int[ranks];
        int filled = 0;
        for (int other = 0; other < ranks; other++)
        {
            (int start, int end) = _ranges[other];
            foreach (IReadOnlyList<Parameter> parameters in sums)
            {
                CopyGradients(parameters, start, _send.Span.Slice(filled, end - start), toParameters: false);
                filled += end - start;
            }

            sendLengths[other] = checked(sums.Length * (end - start) * sizeof(float));
            receiveLengths[other] = checked(_nodes[other].Length * ownLength * sizeof(float));
            allLengths[other] = checked((end - start) * sizeof(float));
        }

        _communicator.AllToAll(
            MemoryMarshal.AsBytes(_send.Span[..filled]), sendLengths, MemoryMarshal.AsBytes(_receive.Span), receiveLengths);
        AddReceived(ownLength);
        _communicator.AllGather(
            MemoryMarshal.AsBytes(_receive.Span[..ownLength]), allLengths, MemoryMarshal.AsBytes(_all.Span));
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
            Span<float> sum = _receive.Span.Slice(starts[left], length);
            Evenkeel.Numerics.Pointwise.Sum.Apply(sum, _receive.Span.Slice(starts[right], length), relu: false, sum);
        });
    }

    private static void Add(IReadOnlyList<Parameter> left, IReadOnlyList<Parameter> right)
    {
        for (int i = 0; i < left.Count; i++)
        {
            Span<float> sum = left[i].Gradients;
            Evenkeel.Numerics.Pointwise.Sum.Apply(sum, right[i].Gradients, relu: false, sum);
        }
    }

    /// <summary>Copies a range of the gradients of all parameters, one parameter after another, to or from memory.</summary>
    private static void CopyGradients(IReadOnlyList<Parameter> parameters, int start, Span<float> memory, bool toParameters)
    {
        int first = 0, end = start + memory.Length;
        for (int i = 0; i < parameters.Count && first < end; i++)
        {
            int last = first + parameters[i].Length, from = Math.Max(first, start), to = Math.Min(last, end);
            if (from < to)
            {
                Span<float> gradients = parameters[i].Gradients[(from - first)..(to - first)], part = memory[(from - start)..(to - start)];
                if (toParameters)
                {
                    part.CopyTo(gradients);
                }
                else
                {
                    gradients.CopyTo(part);
                }
            }

            first = last;
        }
    }
}
