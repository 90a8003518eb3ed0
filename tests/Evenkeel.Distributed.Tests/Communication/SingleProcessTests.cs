namespace Evenkeel.Distributed.Tests.Communication;

public sealed class SingleProcessTests
{
    [Fact]
    public void A_single_process_gets_its_own_bytes()
    {
        using var alone = new SingleProcess();
        byte[] gathered = new byte[3], exchanged = new byte[2], sent = [7, 8];
        alone.AllGather([1, 2, 3], [3], gathered);
        alone.AllToAll([4, 5], [2], exchanged, [2]);
        alone.Broadcast(sent, 0);
        alone.Barrier();

        Assert.Equal((0, 1), (alone.Rank, alone.Size));
        Assert.Equal([1, 2, 3], gathered);
        Assert.Equal([4, 5], exchanged);
        Assert.Equal([7, 8], sent);
        Assert.Throws<ArgumentOutOfRangeException>(() => alone.Broadcast(sent, 1));
    }
}
