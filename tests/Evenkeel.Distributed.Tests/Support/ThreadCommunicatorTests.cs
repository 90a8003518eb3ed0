namespace Evenkeel.Distributed.Tests.Support;

public sealed class ThreadCommunicatorTests
{
    [Fact]
    public void Results_are_in_the_order_of_ranks() =>
        Assert.Equal([0, 1, 4, 9], ThreadCommunicator.Run(4, communicator => communicator.Rank * communicator.Rank));

    [Fact]
    public void An_exception_of_a_rank_ends_the_exchanges_of_all_others()
    {
        var ended = new bool[4];
        Exception e = Assert.Throws<InvalidOperationException>(() => ThreadCommunicator.Run(4, communicator =>
        {
            communicator.Barrier();
            if (communicator.Rank == 2)
            {
                throw new InvalidOperationException("no more");
            }

            string message = Assert.Throws<CommunicationException>(communicator.Barrier).Message;
            ended[communicator.Rank] = message.Contains("rank 2 has failed: no more", StringComparison.Ordinal);
        }));

        Assert.Equal("no more", e.Message);
        Assert.Equal([true, true, false, true], ended);
    }

    [Fact]
    public void A_rank_that_returns_early_ends_the_exchanges_of_all_others() =>
        Assert.Contains("rank 1 has ended", Assert.Throws<CommunicationException>(() => ThreadCommunicator.Run(3, communicator =>
        {
            if (communicator.Rank != 1)
            {
                communicator.Barrier();
            }
        })).Message, StringComparison.Ordinal);

    [Fact]
    public void Ranks_that_call_different_methods_are_told() =>
        Assert.Contains("while another rank", Assert.Throws<CommunicationException>(() => ThreadCommunicator.Run(3, communicator =>
        {
            if (communicator.Rank == 0)
            {
                communicator.Broadcast(new byte[4], 1);
            }
            else
            {
                communicator.Barrier();
            }
        })).Message, StringComparison.Ordinal);
}
