using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Training;

/// <summary>What holds for a whole training step: no allocation, the same bits for any number of threads.</summary>
[Collection(nameof(ProcessWideState))]
public class TrainingStepTests
{
    private static readonly int[] Hidden = [600, 100];

    public static TheoryData<string> Optimizers => [.. TrainingRun.Optimizers];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Twenty_steps_end_with_the_same_bits_for_any_number_of_threads(string optimizer)
    {
        float[] alone = Train(1);
        Assert.All(alone, value => Assert.True(float.IsFinite(value)));
        AssertSameBits(alone, Train(2));
        AssertSameBits(alone, Train(5));

        float[] Train(int threads)
        {
            var run = new TrainingRun(optimizer, "relu", batch: 96, Hidden);
            WithThreads(threads, () => run.Steps(20));
            return run.State();
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_step_allocates_nothing_also_where_batches_differ_in_size(string optimizer)
    {
        foreach (int threads in (int[])[1, 2])
        {
            foreach (string activation in TrainingRun.Activations)
            {
                var run = new TrainingRun(optimizer, activation, batch: 96, Hidden);
                WithThreads(threads, () =>
                {
                    run.Steps(4);
                    Assert.Equal(0, AllocatedBytes(() => run.Steps(10)));
                });
            }
        }
    }

    [Fact]
    public void Training_learns_what_can_be_learned()
    {
        foreach (string optimizer in TrainingRun.Optimizers)
        {
            var run = new TrainingRun(optimizer, "relu", batch: 96, hidden: [64]);
            double before = run.Steps(1);
            run.Steps(200);
            Assert.InRange(run.Steps(1), 0, before / 4);
            Assert.True(run.CountCorrect() >= 90);
        }
    }
}
