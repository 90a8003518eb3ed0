namespace Evenkeel.Distributed;

/// <summary>The division of a batch into shards of consecutive samples, and of the shards among the ranks.</summary>
/// <remarks>
/// Shards are as even as possible, and the first is never empty. Rank r has consecutive shards; with more ranks than shards, some ranks
/// have none.
/// </remarks>
/// <param name="Samples">The number of samples of the batch, at least 1.</param>
/// <param name="Shards">The number of shards.</param>
/// <param name="Ranks">The number of ranks.</param>
/// <param name="Multiple">The number of samples by which the size of all shards but the last is divisible.</param>
internal readonly record struct ShardPlan(int Samples, int Shards, int Ranks, int Multiple = 1)
{
    /// <summary>Whether a rank has no samples.</summary>
    public bool HasIdleRanks
    {
        get
        {
            for (int rank = 0; rank < Ranks; rank++)
            {
                if (ActiveShards(rank).Length == 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The number of samples before a shard.</summary>
    public int FirstSample(int shard) =>
        (int)Math.Min(Samples, (long)Divided(Divided(Samples, Multiple, 1), Shards, shard) * Multiple);

    /// <summary>The number of samples of a shard.</summary>
    public int SamplesOf(int shard) => FirstSample(shard + 1) - FirstSample(shard);

    /// <summary>The first shard of a rank; that of the next rank is the end of its shards.</summary>
    public int FirstShard(int rank) => Divided(Shards, Ranks, rank);

    /// <summary>The shards of a rank.</summary>
    public Range ShardsOf(int rank) => FirstShard(rank)..FirstShard(rank + 1);

    /// <summary>The shards of a rank that have samples, in order.</summary>
    public int[] ActiveShards(int rank)
    {
        var shards = new List<int>();
        for (int shard = FirstShard(rank); shard < FirstShard(rank + 1); shard++)
        {
            if (SamplesOf(shard) > 0)
            {
                shards.Add(shard);
            }
        }

        return [.. shards];
    }

    /// <summary>count·part/parts, rounded up.</summary>
    private static int Divided(int count, int parts, int part) => (int)(((long)count * part + parts - 1) / parts);
}
