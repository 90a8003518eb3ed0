using System.Numerics;

namespace Evenkeel.Distributed;

/// <summary>The binary tree over shards that fixes the order of sums: whoever adds, and whatever the ranks, adds the same pairs.</summary>
/// <remarks>
/// A node [first, end) is divided behind the largest power of two below its number of shards, so that ranks own whole subtrees.
/// </remarks>
internal static class ShardTree
{
    /// <summary>Where the left part of a node of two shards or more ends.</summary>
    public static int Split(int first, int end) => first + (int)(BitOperations.RoundUpToPowerOf2((uint)(end - first)) / 2);

    /// <summary>The largest nodes of the tree that have only shards from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    /// <param name="shards">The number of shards of the tree.</param>
    /// <param name="from">The first shard.</param>
    /// <param name="to">The shard behind the last.</param>
    public static IReadOnlyList<(int First, int End)> Nodes(int shards, int from, int to)
    {
        var nodes = new List<(int, int)>();
        Add(0, shards);
        return nodes;

        void Add(int first, int end)
        {
            if (from <= first && end <= to)
            {
                nodes.Add((first, end));
            }
            else if (first < to && from < end)
            {
                int middle = Split(first, end);
                Add(first, middle);
                Add(middle, end);
            }
        }
    }

    /// <summary>Adds up a node, from its left part and its right part.</summary>
    /// <param name="node">The node.</param>
    /// <param name="isThere">Whether the sum of a node is there already.</param>
    /// <param name="add">Adds the sum of the right part, by its first shard, to that of the left, by its first shard.</param>
    public static void Add((int First, int End) node, Predicate<(int First, int End)> isThere, Action<int, int> add)
    {
        if (node.End - node.First == 1 || isThere(node))
        {
            return;
        }

        int middle = Split(node.First, node.End);
        Add((node.First, middle), isThere, add);
        Add((middle, node.End), isThere, add);
        add(node.First, middle);
    }
}
