using Evenkeel.Tests.Support;
using static Evenkeel.Tests.ProcessWideState;

namespace Evenkeel.Tests.Normalization;

/// <summary>
/// Normalizers have the same bits with every strategy forced, for any number of threads, and wherever a user's tensors begin.
/// </summary>
[Collection(nameof(ProcessWideState))]
public class NormalizerStrategyTests
{
    [Fact]
    public void Batches_with_their_channels_first() => AssertSameBits(StrategyRun.ChannelFirst);

    [Fact]
    public void Batches_whose_channels_are_columns() => AssertSameBits(StrategyRun.Columns);

    [Fact]
    public void Channels_of_samples() => AssertSameBits(StrategyRun.Instances);

    [Fact]
    public void Rows() => AssertSameBits(StrategyRun.Rows);

    private static void AssertSameBits(IEnumerable<StrategyRun> runs)
    {
        foreach (StrategyRun run in runs)
        {
            string expected = "";
            WithThreads(1, () => expected = Strategies.With(Strategies.Plain, () => run.Bits(offset: 0)));
            foreach (string strategy in Strategies.All)
            {
                foreach ((int threads, int offset) in (ReadOnlySpan<(int, int)>)[(1, 0), (1, 5), (2, 0), (2, 11), (3, 5)])
                {
                    WithThreads(threads, () => Assert.Equal(
                        (run.Name, strategy, threads, offset, expected),
                        (run.Name, strategy, threads, offset, Strategies.With(strategy, () => run.Bits(offset)))));
                }
            }
        }
    }
}
