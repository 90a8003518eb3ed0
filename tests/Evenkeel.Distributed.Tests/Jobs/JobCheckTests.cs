using Evenkeel.Distributed.Tests.Support;

namespace Evenkeel.Distributed.Tests.Jobs;

[Collection("mpirun")]
public sealed class JobCheckTests
{
    private static readonly string Host = Environment.MachineName;

    [Fact]
    public void Ranks_that_agree_pass() =>
        ThreadCommunicator.Run(3, communicator => JobCheck.Verify(communicator, new("data", "a"), new("settings", "")));

    [Fact]
    public void A_value_that_differs_is_named_with_its_ranks_on_all_ranks()
    {
        string[] messages = ThreadCommunicator.Run(4, communicator => Assert.Throws<RankDifferenceException>(() =>
            JobCheck.Verify(communicator, new("rows", "100"), new("data", communicator.Rank % 2 == 1 ? "f00d" : "beef"))).Message);

        Assert.Equal([$"ranks 1 on {Host}, 3 on {Host} have data f00d, rank 0 on {Host} beef"], messages.Distinct());
    }

    [Fact]
    public void A_value_that_a_rank_lacks_is_named()
    {
        string[] lacking = ThreadCommunicator.Run(2, communicator => Assert.Throws<RankDifferenceException>(() =>
            JobCheck.Verify(communicator, communicator.Rank == 1 ? [] : [new("data", "beef")])).Message);
        string[] more = ThreadCommunicator.Run(2, communicator => Assert.Throws<RankDifferenceException>(() =>
            JobCheck.Verify(communicator, communicator.Rank == 0 ? [] : [new("data", "beef")])).Message);

        Assert.Equal($"rank 1 on {Host} has no data, rank 0 on {Host} beef", lacking[0]);
        Assert.Equal($"rank 1 on {Host} has data beef, rank 0 on {Host} has none", more[0]);
    }

    [Fact]
    public void Many_ranks_are_counted()
    {
        string[] messages = ThreadCommunicator.Run(12, communicator => Assert.Throws<RankDifferenceException>(() =>
            JobCheck.Verify(communicator, new KeyValuePair<string, string>("data", communicator.Rank == 0 ? "a" : "b"))).Message);

        Assert.Contains($"8 on {Host} and 3 more have data b", messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Two_values_of_one_name_are_refused() => ThreadCommunicator.Run(1, communicator =>
        Assert.Throws<ArgumentException>(() => JobCheck.Verify(communicator, new("data", "a"), new("data", "b"))));

    [MpiFact]
    public void Another_version_ends_the_job_with_one_line()
    {
        using var job = MpiRun.Start(4, "check", "version");

        Assert.Equal(3, job.Wait());
        Assert.Equal([$"evenkeel: rank 2 on {Host} has Evenkeel 9.9.9, rank 0 on {Host} {JobCheck.Version}"], job.OwnErrors);
    }

    [MpiFact]
    public void Other_data_ends_the_job_with_one_line()
    {
        using var job = MpiRun.Start(4, "check", "data");

        Assert.Equal(3, job.Wait());
        Assert.Equal([$"evenkeel: rank 2 on {Host} has data of other rows, rank 0 on {Host} of 100 rows"], job.OwnErrors);
    }
}
