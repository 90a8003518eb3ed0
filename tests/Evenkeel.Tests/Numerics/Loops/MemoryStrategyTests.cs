using Evenkeel.Numerics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Tests.Probes;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Numerics.Loops;

/// <summary>The table in <see cref="MemoryStrategy"/>, line by line, on either side of each boundary of this machine's.</summary>
[Collection(nameof(ProcessWideState))]
public class MemoryStrategyTests
{
    private static readonly int[] ThreadCounts = [1, 2, 3];

    [Fact]
    public void Columns_go_in_sweeps_and_are_streamed_in_whole_lines()
    {
        foreach (int columns in (int[])[1, 15, 16, 17, 33, 128, 1000, 1024])
        {
            ChannelView small = new(300, columns, 1), large = new(Beyond(tensors: 2, columns), columns, 1);
            Assert.Equal(new MemoryStrategy(MemoryOrder.TwoSweeps, Streams: false, SetsTogether: 1), Of(small));
            Assert.Equal(new MemoryStrategy(MemoryOrder.TwoSweeps, columns % 16 == 0, SetsTogether: 1), Of(large));
            Assert.Equal(
                new MemoryStrategy(MemoryOrder.TwoSweeps, columns % 16 == 0, SetsTogether: 1), Of(new(large.Outer, 1, columns, 1)));
        }
    }

    [Fact]
    public void Fewer_than_two_sets_per_thread_go_in_sweeps() => OnThreads(threads =>
    {
        Assert.Equal(MemoryOrder.TwoSweeps, Of(Rows(2 * threads - 1, 1000)).Order);
        Assert.Equal(MemoryOrder.SetBySet, Of(Rows(2 * threads, 1000)).Order);
    });

    [Fact]
    public void Sets_of_which_four_per_thread_do_not_fit_the_last_cache_go_in_sweeps() => OnThreads(threads =>
    {
        int largest = LargestSet(threads) / 32 * 32;
        Assert.Equal(MemoryOrder.Fused, Of(Rows(16 * threads, largest)).Order);
        Assert.Equal(MemoryOrder.TwoSweeps, Of(Rows(16 * threads, largest + 32)).Order);
        Assert.Equal(MemoryOrder.Fused, Of(new(2, 16 * threads, largest / 2)).Order);
        Assert.Equal(MemoryOrder.TwoSweeps, Of(new(2, 16 * threads, largest / 2 + 16)).Order);
    });

    [Fact]
    public void Contiguous_sets_that_are_short_or_do_not_fill_cache_lines_go_set_by_set() => OnThreads(threads =>
    {
        foreach (int inner in (int[])[2, 16, 255, 256, 496, 5000])
        {
            foreach (ChannelView view in (ChannelView[])[
                Rows(2 * threads, inner), Rows(Beyond(tensors: 2, inner), inner), new(3, 1, threads, inner), new(1, 2 * threads, inner)])
            {
                Assert.Equal(MemoryOrder.SetBySet, Of(view).Order);
            }
        }
    });

    [Fact]
    public void Sets_in_long_runs_go_set_by_set_where_the_tensors_do_not_fit()
    {
        foreach (int tensors in (int[])[2, 3])
        {
            int channels = Beyond(tensors, 70 * 256);
            Assert.Equal(MemoryOrder.SetBySet, MemoryStrategy.Of(new(70, channels, 256), tensors).Order);
            Assert.Equal(MemoryOrder.TwoSweeps, MemoryStrategy.Of(new(70, channels - 1, 256), tensors).Order);
            Assert.Equal(MemoryOrder.TwoSweeps, MemoryStrategy.Of(new(700, 2 * channels, 255), tensors).Order);
        }
    }

    [Theory]
    [InlineData(2, 512, true)]
    [InlineData(2, 496, false)]
    [InlineData(2, 520, false)] // not whole cache lines
    [InlineData(2, 1024, true)]
    [InlineData(3, 496, false)]
    [InlineData(3, 1024, false)] // for rows, and but for the caches of servers
    public void Longer_runs_are_fused_where_the_tensors_do_not_fit(int tensors, int inner, bool fused)
    {
        int channels = Beyond(tensors, 70 * inner);
        bool runsAreFused = fused || (inner == 1024 && LastLevelCache.OfThisMachine.IsOfServer);
        Assert.Equal(
            runsAreFused ? MemoryOrder.Fused : MemoryOrder.SetBySet, MemoryStrategy.Of(new(70, channels, inner), tensors).Order);
        Assert.Equal(MemoryOrder.TwoSweeps, MemoryStrategy.Of(new(70, channels - 1, inner), tensors).Order);

        int rows = Beyond(tensors, inner);
        Assert.Equal(fused ? MemoryOrder.Fused : MemoryOrder.SetBySet, MemoryStrategy.Of(Rows(rows, inner), tensors).Order);
        Assert.Equal(MemoryOrder.SetBySet, MemoryStrategy.Of(Rows(rows - 1, inner), tensors).Order);
    }

    [Theory]
    [InlineData(2, 80, 200, true)] // 8 together
    [InlineData(2, 81, 200, true)] // 8
    [InlineData(2, 82, 200, false)] // 7
    [InlineData(3, 80, 200, true)] // 4, of two tensors
    [InlineData(3, 82, 200, false)]
    [InlineData(2, 80, 20, true)] // 81
    [InlineData(2, 82, 20, false)] // 79
    public void Sets_in_short_runs_go_set_by_set_where_1600_elements_of_a_group_are_adjacent(
        int tensors, int outer, int inner, bool setBySet)
    {
        int channels = Beyond(tensors, outer * inner);
        MemoryOrder expected = setBySet ? MemoryOrder.SetBySet : MemoryOrder.TwoSweeps;
        Assert.Equal(expected, OnOneThread(() => MemoryStrategy.Of(new(outer, channels, inner), tensors).Order));
        Assert.Equal(MemoryOrder.TwoSweeps, OnOneThread(() => MemoryStrategy.Of(new(outer, channels - 1, inner), tensors).Order));
        Assert.Equal(MemoryOrder.TwoSweeps, OnOneThread(() => MemoryStrategy.Of(new(2, outer, channels, inner), tensors).Order));
    }

    [Fact]
    public void What_does_not_fit_is_streamed_in_whole_lines_and_in_long_stretches()
    {
        foreach (int tensors in (int[])[2, 3])
        {
            foreach (int inner in (int[])[2, 15, 16, 17, 112, 120, 127, 128, 129, 1000])
            {
                // In two sweeps the sets of a sample lie side by side; fused, the channels of a sample are mapped each by itself.
                int channels = Beyond(tensors, 2 * inner);
                Assert.Equal(inner >= 16, MemoryStrategy.Of(new(2, channels, inner), tensors).Streams);
                Assert.False(MemoryStrategy.Of(new(2, channels - 1, inner), tensors).Streams);
                Assert.Equal(inner % 16 == 0 || inner >= 128, MemoryStrategy.Of(new(2 * channels, 1, inner), tensors).Streams);
                Assert.Equal(inner % 16 == 0 || inner >= 128, MemoryStrategy.Of(new(2, 1, channels, inner), tensors).Streams);
            }

            foreach (int inner in (int[])[25, 26])
            {
                Assert.Equal(5 * inner >= 128, MemoryStrategy.Of(new(Beyond(tensors, 5 * inner), 5, inner), tensors).Streams);
            }
        }
    }

    [Theory]
    [InlineData(1, 40, 256, 2, 12)] // up to 131,072 elements
    [InlineData(1, 40, 256, 3, 6)] // of both tensors that a backward pass reads
    [InlineData(1, 1000, 256, 2, 1)]
    [InlineData(1, 10, 40, 2, 25)] // a fourth of the sets
    [InlineData(1, 1, 40, 2, 25)]
    [InlineData(3, 1, 40, 2, 75)]
    [InlineData(50, 1, 2, 2, 256)] // up to 256
    [InlineData(3, 2, 20, 2, 1)] // only the sets of a part are adjacent
    [InlineData(1, 0, 20, 2, 1)]
    public void Groups_of_sets_fill_half_the_cache_of_a_core(int parts, int outer, int inner, int tensors, int together) =>
        Assert.Equal(together, OnOneThread(() => MemoryStrategy.Of(new(parts, outer, 100, inner), tensors).SetsTogether));

    [Fact]
    public void Each_thread_has_four_groups() => OnThreads(threads =>
        Assert.Equal(3, MemoryStrategy.Of(new(2, 4 * 3 * threads, 20), tensors: 2).SetsTogether));

    [Fact]
    public void Fused_groups_have_4096_adjacent_elements_or_fill_a_fourth_of_the_cache_of_a_core()
    {
        int channels = Beyond(2, 7 * 1024);
        Assert.Equal(4, MemoryStrategy.Of(new(7, channels, 1024), tensors: 2).SetsTogether);
        Assert.Equal(8, MemoryStrategy.Of(new(7, 2 * channels, 512), tensors: 2).SetsTogether);
        Assert.Equal(2, MemoryStrategy.Of(new(32, channels, 1024), tensors: 2).SetsTogether);
        Assert.Equal(1, MemoryStrategy.Of(new(33, channels, 1024), tensors: 2).SetsTogether);
        Assert.Equal(1, MemoryStrategy.Of(new(70, channels, 1024), tensors: 2).SetsTogether);
    }

    [Fact]
    public void Sets_that_are_mapped_one_by_one_are_streamed_only_where_their_runs_are_long()
    {
        var view = new ChannelView(3, 2, 5, 100);
        Assert.True(Strategies.With("sweeps,streamed", () => MemoryStrategy.Of(view, tensors: 2)).Streams);
        Assert.False(Strategies.With("sets,streamed", () => MemoryStrategy.Of(view, tensors: 2)).Streams);
    }

    [Fact]
    public void What_is_forced_wins_wherever_it_is_possible()
    {
        ChannelView[] views =
        [
            new(300, 17, 1), new(300, 32, 1), new(Beyond(2, 32), 32, 1), Rows(1, 9), Rows(100, 130), Rows(2, 2 * LargestSet(1)),
            new(2, 5, 15),
            new(2, 5, 25), new(2, 5, 26), new(2, 5, 100), new(2, 5, 112), new(2, 1, 127), new(2, 1, 128), new(2, Beyond(2, 512), 256),
            new(2, 8, 1024), new(3, 2, 5, 300),
        ];
        foreach (ChannelView view in views)
        {
            foreach (MemoryOrder order in Enum.GetValues<MemoryOrder>())
            {
                bool isOnePass = view.Inner > 1 && order != MemoryOrder.TwoSweeps;
                bool isFused = isOnePass && order == MemoryOrder.Fused && view.Inner % 16 == 0;
                MemoryOrder expected = isFused ? MemoryOrder.Fused : isOnePass ? MemoryOrder.SetBySet : MemoryOrder.TwoSweeps;
                string name = order switch { MemoryOrder.TwoSweeps => "sweeps", MemoryOrder.SetBySet => "sets", _ => "fused" };
                foreach (string stores in (string[])["", ",cached", ",streamed"])
                {
                    MemoryStrategy forced = Strategies.With(name + stores, () => MemoryStrategy.Of(view, tensors: 2));
                    int adjacent = (!isOnePass ? view.Channels : view.Outer == 1 ? 1 : forced.SetsTogether) * view.Inner;
                    bool mayStream = view.Inner >= 16
                        ? view.Inner % 16 == 0 || adjacent >= 128
                        : view.Inner == 1 && view.Channels % 16 == 0;
                    Assert.Equal((view, expected), (view, forced.Order));
                    Assert.True(stores.Length == 0 || forced.Streams == (mayStream && stores == ",streamed"));
                }
            }
        }
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("", null, null)]
    [InlineData(" , ", null, null)]
    [InlineData("sweeps", MemoryOrder.TwoSweeps, null)]
    [InlineData("sets", MemoryOrder.SetBySet, null)]
    [InlineData("fused", MemoryOrder.Fused, null)]
    [InlineData("cached", null, false)]
    [InlineData("streamed", null, true)]
    [InlineData("sweeps,cached", MemoryOrder.TwoSweeps, false)]
    [InlineData("streamed,fused", MemoryOrder.Fused, true)]
    [InlineData(" sets ,  cached,", MemoryOrder.SetBySet, false)]
    public void The_variable_names_an_order_or_a_way_to_write_or_both(string? value, object? order, bool? streams) =>
        Assert.Equal(new MemoryStrategy.Force((MemoryOrder?)order, streams), MemoryStrategy.Force.Parse(value));

    [Theory]
    [InlineData("fast")]
    [InlineData("Sweeps")]
    [InlineData("sweeps cached")]
    [InlineData("sweeps,fused")]
    [InlineData("sets,fused")]
    [InlineData("sweeps,sweeps")]
    [InlineData("streamed,cached")]
    [InlineData("cached,sweeps,cached")]
    [InlineData("fused,fast")]
    public void Any_other_value_is_refused_with_what_it_may_be(string value)
    {
        string message = Assert.Throws<InvalidDataException>(() => MemoryStrategy.Force.Parse(value)).Message;
        Assert.Equal(
            $"EVENKEEL_STRATEGY is \"{value}\"; use sweeps, sets or fused, cached or streamed, or one of each, separated by a comma.",
            message);
    }

    [Fact]
    public void The_variable_is_read_from_the_environment()
    {
        Assert.Equal("set by set, streamed\n", ProbeRunner.Run<StrategyVariableProbe>(strategy: "streamed,sets"));
        Assert.Equal("two sweeps\n", ProbeRunner.Run<StrategyVariableProbe>(strategy: "sweeps"));
    }

    [Fact]
    public void A_wrong_variable_stops_the_first_pass_with_one_error_that_says_so()
    {
        string message = Assert.Throws<InvalidOperationException>(() => ProbeRunner.Run<StrategyVariableProbe>(strategy: "fast")).Message;
        string line = Assert.Single(message.Split('\n'), line => line.Contains("Exception", StringComparison.Ordinal));
        Assert.Contains("InvalidDataException: EVENKEEL_STRATEGY is \"fast\"; use sweeps, sets or", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, false, 1, "two sweeps")]
    [InlineData(0, true, 4, "two sweeps, streamed")]
    [InlineData(1, false, 4, "set by set, 4 together")]
    [InlineData(2, false, 1, "fused")]
    [InlineData(2, true, 4, "fused, 4 together, streamed")]
    public void Says_itself_in_words(int order, bool streams, int setsTogether, string words) =>
        Assert.Equal(words, new MemoryStrategy((MemoryOrder)order, streams, setsTogether).ToString());

    [Fact]
    public void Refuses_passes_over_no_tensor() =>
        AssertRefused<ArgumentOutOfRangeException>(() => MemoryStrategy.Of(Rows(3, 4), tensors: 0), "tensors", "0");

    private static MemoryStrategy Of(ChannelView view) => Strategies.With("", () => MemoryStrategy.Of(view, tensors: 2));

    private static T OnOneThread<T>(Func<T> function)
    {
        T? result = default;
        WithThreads(1, () => { result = function(); });
        return result!;
    }

    private static ChannelView Rows(int rows, int length) => new(rows, 1, 1, length);

    /// <summary>The fewest runs of a number of elements that do not fit, all tensors together, 5/8 of the last cache.</summary>
    private static int Beyond(int tensors, int elements) =>
        (int)(LastLevelCache.OfThisMachine.Bytes * 5 / 8 / (sizeof(float) * (long)tensors * elements)) + 1;

    /// <summary>The elements of the largest set of which four per thread fit the last cache.</summary>
    private static int LargestSet(int threads) =>
        (int)(LastLevelCache.OfThisMachine.Bytes * (LastLevelCache.OfThisMachine.IsOfServer ? 2 : 1) / (sizeof(float) * 4 * threads));

    private static void OnThreads(Action<int> test)
    {
        foreach (int threads in ThreadCounts)
        {
            WithThreads(threads, () => test(threads));
        }
    }
}
