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
            Assert.Equal(new MemoryStrategy(Fused: false, Streams: false, SetsTogether: 1), Of(small));
            Assert.Equal(new MemoryStrategy(Fused: false, columns % 16 == 0, SetsTogether: 1), Of(large));
            Assert.Equal(new MemoryStrategy(Fused: false, columns % 16 == 0, SetsTogether: 1), Of(new(large.Outer, 1, columns, 1)));
        }
    }

    [Fact]
    public void Fewer_than_two_sets_per_thread_go_in_sweeps() => OnThreads(threads =>
    {
        Assert.False(Of(Rows(2 * threads - 1, 1000)).Fused);
        Assert.True(Of(Rows(2 * threads, 1000)).Fused);
    });

    [Fact]
    public void Sets_of_which_four_per_thread_do_not_fit_the_last_cache_go_in_sweeps() => OnThreads(threads =>
    {
        int largest = LargestSet(threads);
        Assert.True(Of(Rows(16 * threads, largest)).Fused);
        Assert.False(Of(Rows(16 * threads, largest + 1)).Fused);
        Assert.True(Of(new(2, 16 * threads, largest / 2)).Fused);
        Assert.False(Of(new(2, 16 * threads, largest / 2 + 1)).Fused);
    });

    [Fact]
    public void Sets_in_one_stretch_go_set_by_set_whether_they_fit_or_not() => OnThreads(threads =>
    {
        foreach (int inner in (int[])[2, 16, 255, 256, 5000])
        {
            foreach (ChannelView view in (ChannelView[])[
                Rows(2 * threads, inner), Rows(Beyond(tensors: 2, inner), inner), new(3, 1, threads, inner), new(1, 2 * threads, inner)])
            {
                Assert.Equal((true, 1), (Of(view).Fused, Of(view).SetsTogether));
            }
        }
    });

    [Fact]
    public void Sets_in_long_runs_go_set_by_set_where_the_tensors_do_not_fit()
    {
        foreach (int tensors in (int[])[2, 3])
        {
            int channels = Beyond(tensors, 70 * 256);
            Assert.True(MemoryStrategy.Of(new(70, channels, 256), tensors).Fused);
            Assert.False(MemoryStrategy.Of(new(70, channels - 1, 256), tensors).Fused);
            Assert.False(MemoryStrategy.Of(new(70, 2 * channels, 255), tensors).Fused);
        }
    }

    [Theory]
    [InlineData(2, 40, 200, true)] // 8 go together
    [InlineData(2, 41, 200, false)] // 7
    [InlineData(3, 40, 200, true)] // 4, of two tensors
    [InlineData(3, 41, 200, false)]
    [InlineData(2, 40, 100, true)] // 16
    [InlineData(2, 40, 99, false)]
    [InlineData(3, 40, 50, true)]
    [InlineData(3, 40, 49, false)]
    public void Sets_in_short_runs_go_set_by_set_where_those_that_go_together_make_stretches_of_1600_elements(
        int tensors, int outer, int inner, bool setBySet)
    {
        int channels = Beyond(tensors, outer * inner);
        Assert.Equal(setBySet, MemoryStrategy.Of(new(outer, channels, inner), tensors).Fused);
        Assert.False(MemoryStrategy.Of(new(outer, channels - 1, inner), tensors).Fused);
        Assert.False(MemoryStrategy.Of(new(2, outer, channels, inner), tensors).Fused);
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
    [InlineData(1, 2, 300, 2, 13)] // as many runs as make 4,096 elements
    [InlineData(1, 2, 4096, 2, 1)]
    [InlineData(1, 2, 5000, 2, 1)]
    [InlineData(1, 2, 20, 2, 16)] // sixteen at most
    [InlineData(1, 40, 256, 2, 6)] // as many sets as make 65,536 elements, of both tensors that a backward pass reads
    [InlineData(1, 40, 256, 3, 3)]
    [InlineData(1, 1000, 256, 2, 1)]
    [InlineData(1, 1, 20, 2, 1)] // neighbours whose elements lie one behind the other gain nothing
    [InlineData(3, 2, 20, 2, 1)] // the neighbours of a part's last set are elsewhere
    [InlineData(1, 0, 20, 2, 1)]
    public void Sets_with_short_runs_go_together(int parts, int outer, int inner, int tensors, int together) =>
        Assert.Equal(together, MemoryStrategy.Of(new(parts, outer, 100, inner), tensors).SetsTogether);

    [Fact]
    public void No_more_sets_go_together_than_there_are() => Assert.Equal(5, MemoryStrategy.Of(new(2, 5, 20), tensors: 2).SetsTogether);

    [Fact]
    public void Sets_that_are_mapped_one_by_one_are_streamed_only_where_their_runs_are_long()
    {
        var view = new ChannelView(3, 2, 5, 100);
        Assert.True(Strategies.With("sweeps,streamed", () => MemoryStrategy.Of(view, tensors: 2)).Streams);
        Assert.False(Strategies.With("fused,streamed", () => MemoryStrategy.Of(view, tensors: 2)).Streams);
    }

    [Fact]
    public void What_is_forced_wins_wherever_it_is_possible()
    {
        ChannelView[] views =
        [
            new(300, 17, 1), new(300, 32, 1), new(Beyond(2, 32), 32, 1), Rows(1, 9), Rows(100, 130), Rows(2, 2 * LargestSet(1)),
            new(2, 5, 15),
            new(2, 5, 25), new(2, 5, 26), new(2, 5, 100), new(2, 5, 112), new(2, 1, 127), new(2, 1, 128), new(2, Beyond(2, 512), 256),
            new(3, 2, 5, 300),
        ];
        foreach (ChannelView view in views)
        {
            MemoryStrategy free = Of(view);
            bool mayFuse = view.Inner > 1;
            bool mayStream = view.Inner >= 16
                ? view.Inner % 16 == 0 || view.Channels * view.Inner >= 128
                : view.Inner == 1 && view.Channels % 16 == 0;
            AssertForced("sweeps", free with { Fused = false });
            AssertForced("fused", free with { Fused = mayFuse });
            AssertForced("cached", free with { Streams = false });
            AssertForced("streamed", free with { Streams = mayStream });
            AssertForced("sweeps,streamed", free with { Fused = false, Streams = mayStream });
            AssertForced("fused,cached", free with { Fused = mayFuse, Streams = false });

            void AssertForced(string strategy, MemoryStrategy expected) =>
                Assert.Equal(
                    (view, strategy, expected), (view, strategy, Strategies.With(strategy, () => MemoryStrategy.Of(view, tensors: 2))));
        }
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("", null, null)]
    [InlineData(" , ", null, null)]
    [InlineData("sweeps", false, null)]
    [InlineData("fused", true, null)]
    [InlineData("cached", null, false)]
    [InlineData("streamed", null, true)]
    [InlineData("sweeps,cached", false, false)]
    [InlineData("streamed,fused", true, true)]
    [InlineData(" fused ,  cached,", true, false)]
    public void The_variable_names_an_order_or_a_way_to_write_or_both(string? value, bool? setBySet, bool? streams) =>
        Assert.Equal(new MemoryStrategy.Force(setBySet, streams), MemoryStrategy.Force.Parse(value));

    [Theory]
    [InlineData("fast")]
    [InlineData("Sweeps")]
    [InlineData("sweeps cached")]
    [InlineData("sweeps,fused")]
    [InlineData("sweeps,sweeps")]
    [InlineData("streamed,cached")]
    [InlineData("cached,sweeps,cached")]
    [InlineData("fused,fast")]
    public void Any_other_value_is_refused_with_what_it_may_be(string value)
    {
        string message = Assert.Throws<InvalidDataException>(() => MemoryStrategy.Force.Parse(value)).Message;
        Assert.Equal(
            $"EVENKEEL_STRATEGY is \"{value}\"; use sweeps or fused, cached or streamed, or one of each, separated by a comma.",
            message);
    }

    [Fact]
    public void The_variable_is_read_from_the_environment()
    {
        Assert.Equal("fused, 7 together, streamed\n", ProbeRunner.Run<StrategyVariableProbe>(strategy: "streamed,fused"));
        Assert.Equal("two sweeps\n", ProbeRunner.Run<StrategyVariableProbe>(strategy: "sweeps"));
    }

    [Fact]
    public void A_wrong_variable_stops_the_first_pass_with_one_error_that_says_so()
    {
        string message = Assert.Throws<InvalidOperationException>(() => ProbeRunner.Run<StrategyVariableProbe>(strategy: "fast")).Message;
        string line = Assert.Single(message.Split('\n'), line => line.Contains("Exception", StringComparison.Ordinal));
        Assert.Contains("InvalidDataException: EVENKEEL_STRATEGY is \"fast\"; use sweeps or", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false, 1, "two sweeps")]
    [InlineData(false, true, 4, "two sweeps, streamed")]
    [InlineData(true, false, 1, "fused")]
    [InlineData(true, true, 4, "fused, 4 together, streamed")]
    public void Says_itself_in_words(bool setBySet, bool streams, int setsTogether, string words) =>
        Assert.Equal(words, new MemoryStrategy(setBySet, streams, setsTogether).ToString());

    [Fact]
    public void Refuses_passes_over_no_tensor() =>
        AssertRefused<ArgumentOutOfRangeException>(() => MemoryStrategy.Of(Rows(3, 4), tensors: 0), "tensors", "0");

    private static MemoryStrategy Of(ChannelView view) => Strategies.With("", () => MemoryStrategy.Of(view, tensors: 2));

    private static ChannelView Rows(int rows, int length) => new(rows, 1, 1, length);

    /// <summary>The fewest stretches of so many elements of which all tensors together do not fit 5/8 of the last cache.</summary>
    private static int Beyond(int tensors, int elements) =>
        (int)(LastLevelCache.Bytes * 5 / 8 / (sizeof(float) * (long)tensors * elements)) + 1;

    /// <summary>The elements of the largest set of which four per thread fit the last cache.</summary>
    private static int LargestSet(int threads) => (int)(LastLevelCache.Bytes / (sizeof(float) * 4 * threads));

    private static void OnThreads(Action<int> test)
    {
        foreach (int threads in ThreadCounts)
        {
            WithThreads(threads, () => test(threads));
        }
    }
}
