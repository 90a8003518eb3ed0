using Evenkeel.Tables.Pipelines;

namespace Evenkeel.Tables.Tests.Pipelines;

public sealed class OrderedPipelineTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(500)]
    public void Results_are_taken_in_order_however_long_each_takes(int threads)
    {
        const int Count = 200;
        int filled = 0, made = 0;
        var taken = new List<int>();
        OrderedPipeline.Run(
            threads,
            () => new Job(made++),
            job => (job.Value = filled) < Count && filled++ >= 0,
            job =>
            {
                Thread.SpinWait(job.Value % 5 == 0 ? 100_000 : 10);
                job.Value *= 2;
            },
            job => taken.Add(job.Value),
            CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => 2 * i), taken);
        Assert.InRange(made, 1, Math.Min(threads + 2, 12) + 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_error_comes_when_its_turn_comes_and_nothing_is_taken_behind_it(int threads)
    {
        int filled = 0, working = 0;
        var taken = new List<int>();
        var error = Assert.Throws<InvalidDataException>(() => OrderedPipeline.Run(
            threads,
            () => new Job(0),
            job => (job.Value = filled++) < 100,
            job =>
            {
                Interlocked.Increment(ref working);
                try
                {
                    if (job.Value >= 10)
                    {
                        throw new InvalidDataException($"{job.Value}");
                    }

                    Thread.Sleep(job.Value == 9 ? 50 : 0);
                }
                finally
                {
                    Interlocked.Decrement(ref working);
                }
            },
            job => taken.Add(job.Value),
            CancellationToken.None));
        Assert.Equal("10", error.Message);
        Assert.Equal(Enumerable.Range(0, 10), taken);
        Assert.Equal(0, working);
    }

    [Fact]
    public void A_request_to_end_is_met_between_jobs()
    {
        using var source = new CancellationTokenSource();
        int taken = 0;
        Assert.Throws<OperationCanceledException>(() => OrderedPipeline.Run(
            2,
            () => new Job(0),
            _ => true,
            _ => { },
            _ =>
            {
                if (++taken == 5)
                {
                    source.Cancel();
                }
            },
            source.Token));
        Assert.Equal(5, taken);
    }

    private sealed class Job(int value)
    {
        public int Value { get; set; } = value;
    }
}
