using Evenkeel.Studies.Probes;

namespace Evenkeel.Studies.Tests.Probes;

public class InterleavedTimesTests
{
    [Fact]
    public void A_ratio_is_the_median_of_those_within_a_round()
    {
        var times = new InterleavedTimes([[1, 2], [10, 30], [2, 8], [100, 500]]);
        Assert.Equal(3.5, times.Ratio(1, 0));
        Assert.Equal(6, times.Milliseconds(0));
    }

    [Fact]
    public void Every_action_is_first_as_often_and_before_another_as_often_as_behind_it()
    {
        var order = new List<List<int>>();
        Action[] actions = [.. Enumerable.Range(0, 3).Select(action => (Action)(() => order[^1].Add(action)))];
        InterleavedTimes times = InterleavedTimes.Measure(24, () => order.Add([]), actions, CancellationToken.None);
        Assert.Equal(24 + 6, order.Count);
        Assert.All(order, round => Assert.Equal([0, 1, 2], round.Order()));
        Assert.All([0, 1, 2], action => Assert.Equal(10, order.Count(round => round[0] == action)));
        Assert.Equal(15, order.Count(round => round.IndexOf(0) < round.IndexOf(1)));
        Assert.True(times.Milliseconds(2) >= 0);
    }

    [Fact]
    public void It_can_be_cancelled() =>
        Assert.Throws<OperationCanceledException>(() => InterleavedTimes.Measure(1, () => { }, [() => { }], new CancellationToken(true)));
}
