namespace Evenkeel.Distributed.Tests.Shards;

public sealed class ShardTreeTests
{
    [Fact]
    public void The_tree_of_seven_shards_is_divided_behind_powers_of_two()
    {
        var sums = new List<(int, int)>();
        ShardTree.Add((0, 7), static _ => false, (left, right) => sums.Add((left, right)));

        Assert.Equal([(0, 1), (2, 3), (0, 2), (4, 5), (4, 6), (0, 4)], sums);
    }

    [Fact]
    public void Ranks_that_add_their_nodes_first_add_the_same_pairs()
    {
        for (int shards = 1; shards <= 17; shards++)
        {
            string whole = Sum(shards, [(0, shards)]);
            for (int ranks = 1; ranks <= shards + 1; ranks++)
            {
                var plan = new ShardPlan(1, shards, ranks);
                (int, int)[] nodes =
                [
                    .. Enumerable.Range(0, ranks)
                        .SelectMany(rank => ShardTree.Nodes(shards, plan.FirstShard(rank), plan.FirstShard(rank + 1))),
                ];

                Assert.Equal(whole, Sum(shards, nodes));
            }
        }
    }

    /// <summary>The sum as a formula, where nodes are added up first.</summary>
    private static string Sum(int shards, (int First, int End)[] nodes)
    {
        string[] sums = [.. Enumerable.Range(0, shards).Select(shard => $"{shard}")];
        Array.ForEach(nodes, node => ShardTree.Add(node, static _ => false, Add));
        ShardTree.Add((0, shards), nodes.Contains, Add);
        return sums[0];

        void Add(int left, int right) => sums[left] = $"({sums[left]}+{sums[right]})";
    }
}
