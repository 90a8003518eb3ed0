using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.ProcessWideState;

namespace Evenkeel.Tests.Numerics.Channels;

/// <summary>
/// Passes that reduce and map, with each strategy forced: it changes no bit of a result, and touches no memory that is not the
/// result's.
/// </summary>
[Collection(nameof(ProcessWideState))]
public class StrategyKernelsTests
{
    /// <summary>
    /// Runs around the lengths from which the strategies differ and vectors lie across seams, in blocks, and with several sets
    /// together that
    /// leave a rest.
    /// </summary>
    private static readonly ChannelView[] Runs =
    [
        .. ((int[])[15, 16, 17, 31, 33, 49, 100, 127, 128, 129, 196, 255, 256, 257]).Select(inner => new ChannelView(3, 21, inner)),
        new(3, 40, 17), new(2, 19, 32), new(300, 3, 17), new(30, 23, 300), new(4, 7, 2000), new(2, 5, 5000),
        new(3, 2, 21, 17), new(2, 3, 5, 300),
    ];

    private static readonly int[] RowLengths = [.. Shapes.AroundVectors, 300, 4095, 4096, 4097, 9000];

    [Fact]
    public void No_strategy_changes_a_bit_or_touches_memory_that_is_not_its_own()
    {
        foreach (Kernel kernel in Views.All.Concat(Runs).SelectMany(NormalizationKernels.Of)
            .Concat(RowLengths.SelectMany(length => NormalizationKernels.OfRows(rows: 5, length))))
        {
            string expected = Strategies.With(Strategies.Plain, kernel.InArrays);
            foreach (string strategy in Strategies.All)
            {
                Strategies.With(strategy, () =>
                {
                    Assert.Equal((kernel.Name, strategy, expected), (kernel.Name, strategy, kernel.InGuardedMemory()));
                    foreach (int floats in (int[])[0, 1, 15])
                    {
                        Assert.Equal((kernel.Name, strategy, expected), (kernel.Name, strategy, kernel.BehindLine(floats)));
                    }
                });
            }
        }
    }

    [Fact]
    public void No_strategy_has_other_bits_with_another_number_of_threads()
    {
        // Each thread has several groups of sets: of short runs in several blocks, of long ones, and one that leaves a rest.
        ChannelView[] views =
        [
            new(300, 400, 17), new(40, 400, 49), new(4, 67, 2000), new(70, 41, 300), new(1, 300, 1000), new(3, 7, 41, 300), new(700, 33, 1),
        ];
        foreach (Kernel kernel in views.SelectMany(NormalizationKernels.Of).Concat(NormalizationKernels.OfRows(rows: 300, length: 1000))
            .Concat(NormalizationKernels.OfRows(rows: 3100, length: 40)))
        {
            string expected = "";
            WithThreads(1, () => expected = Strategies.With(Strategies.Plain, kernel.InArrays));
            foreach (string strategy in Strategies.All)
            {
                foreach (int threads in (int[])[1, 2, 3])
                {
                    WithThreads(threads, () => Assert.Equal(
                        (kernel.Name, strategy, threads, expected),
                        (kernel.Name, strategy, threads, Strategies.With(strategy, () => kernel.BehindLine(0)))));
                }
            }
        }
    }
}
