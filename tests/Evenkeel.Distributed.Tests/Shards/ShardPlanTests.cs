namespace Evenkeel.Distributed.Tests.Shards;

public sealed class ShardPlanTests
{
    [Theory]
    [InlineData(100, 8, 1, "13 12 13 12 13 12 13 12")]
    [InlineData(3, 8, 1, "1 0 1 0 0 1 0 0")]
    [InlineData(100, 4, 16, "32 32 32 4")]
    [InlineData(1, 1, 1, "1")]
    public void Shards_are_as_even_as_their_multiple_allows(int samples, int shards, int multiple, string expected)
    {
        var plan = new ShardPlan(samples, shards, 1, multiple);

        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, shards).Select(plan.SamplesOf)));
    }

    [Fact]
    public void Every_shard_has_one_rank_and_the_first_sample_is_of_rank_0()
    {
        for (int shards = 1; shards < 20; shards++)
        {
            for (int ranks = 1; ranks < 22; ranks++)
            {
                var plan = new ShardPlan(3, shards, ranks);

                Assert.Equal((0, shards), (plan.FirstShard(0), plan.FirstShard(ranks)));
                Assert.Equal(0, plan.ActiveShards(0)[0]);
                Assert.Equal(Math.Min(3, shards), Enumerable.Range(0, ranks).Sum(rank => plan.ActiveShards(rank).Length));
                Assert.Equal(Enumerable.Range(0, ranks).Any(rank => plan.ActiveShards(rank).Length == 0), plan.HasIdleRanks);
            }
        }
    }
}
